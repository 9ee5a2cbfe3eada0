import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { safeText } from "@slipway/core";

const fixtures = join(__dirname, "../../fixtures");

test.each(readdirSync(fixtures))("the rendered report %s passes the door as it is", (name) => {
  const text = readFileSync(join(fixtures, name, "rendered.md"), "utf8");
  expect(safeText(text)).toBe(text);
});

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environment, environmentKeys } from "./environments.ts";
import { stacksOf } from "./testing/stacks-of.ts";

// biome-ignore lint/style/noProcessEnv: jest takes no flags of ours; this one rewrites the goldens.
const update = process.env.UPDATE_GOLDEN === "1";

describe.each(environmentKeys)("%s", (key) => {
  const folder = join(__dirname, "..", "golden", key);
  const texts = new Map(
    Object.entries(stacksOf(environment(key))).map(([stack, { json }]) => [
      `${stack}.tf.json`,
      `${JSON.stringify(json, null, 2)}\n`,
    ]),
  );
  if (update) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [file, text] of texts) writeFileSync(join(folder, file), text);
  }

  test("has a golden for each stack and no other", () => {
    expect(readdirSync(folder).sort()).toEqual([...texts.keys()]);
  });

  test.each([...texts])("%s is what its golden says (UPDATE_GOLDEN=1 rewrites it)", (file, text) => {
    expect(JSON.parse(text)).toEqual(JSON.parse(readFileSync(join(folder, file), "utf8")));
  });
});

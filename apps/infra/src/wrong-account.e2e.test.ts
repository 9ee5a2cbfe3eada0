import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp } from "./create-app.ts";
import { environment } from "./environments.ts";
import { terraform } from "./testing/terraform.ts";

// The local AWS is found by AWS_ENDPOINT_URL; a key of twelve digits selects the account of that number.
jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "account-"));
const path = join(folder, "stacks", "registry");
afterAll(() => rmSync(folder, { recursive: true }));

test("the keys of another account are refused before anything is planned", () => {
  createApp(environment("local"), folder).synth();
  expect(terraform(path, ["init", "-input=false", "-no-color"])).toMatchObject({ status: 0 });
  const { status, output } = terraform(path, ["plan", "-input=false", "-no-color"], {
    AWS_ACCESS_KEY_ID: "111111111111",
  });
  expect(status).toBe(1);
  expect(output).toMatch(/AWS account ID not allowed: 111111111111/i);
});

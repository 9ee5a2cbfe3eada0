import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp } from "./create-app.ts";
import { environment, environmentKeys } from "./environments.ts";
import { terraform } from "./testing/terraform.ts";
import { withDomain } from "./testing/with-domain.ts";

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), "validate-"));
afterAll(() => rmSync(folder, { recursive: true }));

const stacks = [...environmentKeys.map((key) => environment(key)), withDomain].flatMap((found) => {
  const outdir = join(folder, found.key);
  mkdirSync(outdir);
  createApp(found, outdir).synth();
  return readdirSync(join(outdir, "stacks")).map((stack) => [found.key, stack] as const);
});

test.each(stacks)("%s: Terraform and the provider accept the stack %s", (key, stack) => {
  const path = join(folder, key, "stacks", stack);
  expect(terraform(path, ["init", "-backend=false", "-input=false", "-no-color"])).toMatchObject({ status: 0 });
  const { output } = terraform(path, ["validate", "-json"]);
  expect(JSON.parse(output)).toMatchObject({ valid: true, diagnostics: [] });
});

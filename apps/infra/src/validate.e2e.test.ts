import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { App } from "cdktf";
import { createApp } from "./create-app.ts";
import { environment, environmentKeys } from "./environments.ts";
import { StaticSiteStack } from "./stacks/static-site-stack.ts";
import { edgeOf } from "./testing/edge-stacks.ts";
import { terraform } from "./testing/terraform.ts";
import { withDomain } from "./testing/with-domain.ts";

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), "validate-"));
afterAll(() => rmSync(folder, { recursive: true }));

function synthesize(key: string, make: (outdir: string) => App) {
  const outdir = join(folder, key);
  mkdirSync(outdir);
  make(outdir).synth();
  return readdirSync(join(outdir, "stacks")).map((stack) => [key, stack] as const);
}

const production = environment("production");
const uploads = mapValues(production.services, (service) => ({ ...service, media: "bucket" as const }));
const domain = { zones: { "example.com": { source: "create" } }, static: "static.example.com" } as const;

/** What no environment of ours has yet. */
const others = [
  ...synthesize("media", (outdir) => createApp({ ...production, services: uploads }, outdir)),
  ...synthesize("edge", (outdir) => {
    const { app, zones, certificate } = edgeOf(production, outdir);
    new StaticSiteStack(app, "static-site", { ...production, domain }, { zones, certificate });
    return app;
  }),
];

const stacks = [
  ...[...environmentKeys.map((key) => environment(key)), withDomain].flatMap((found) =>
    synthesize(found.key, (outdir) => createApp(found, outdir)),
  ),
  ...others.filter(([key, stack]) => key === "edge" || stack === "media"),
];

function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

test.each(stacks)("%s: Terraform and the provider accept the stack %s", (key, stack) => {
  const path = join(folder, key, "stacks", stack);
  expect(terraform(path, ["init", "-backend=false", "-input=false", "-no-color"])).toMatchObject({ status: 0 });
  const { output } = terraform(path, ["validate", "-json"]);
  expect(JSON.parse(output)).toMatchObject({ valid: true, diagnostics: [] });
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp } from "../../apps/infra/src/create-app.ts";
import { environment as environmentOf } from "../../apps/infra/src/environments.ts";
import { BaseStack } from "../../apps/infra/src/stacks/base-stack.ts";
import { edgeOf } from "../../apps/infra/src/testing/edge-stacks.ts";
import { StaticSite, zoneOf } from "../../packages/network/src/index.ts";
import { checkStacks, mainEnvironment } from "../../packages/plan-review/src/definition/check-stacks.ts";
import { readStacks } from "../../packages/terraform/src/read-stacks.ts";

const folder = mkdtempSync(join(tmpdir(), "accepted-edge-"));
afterAll(() => rmSync(folder, { recursive: true }));

const production = environmentOf("production");

/** Zones, certificates of both regions and static files, in a stack each. */
function edge(outdir: string): void {
  const { app, zones, certificate } = edgeOf(production, outdir);
  const stack = new BaseStack(app, "static-site", production);
  const { name, account } = production;
  new StaticSite(stack, "static", {
    name,
    account,
    hosts: ["static.example.com"],
    certificate,
    zone: zoneOf("hosts", "static.example.com", zones),
    mode: "assets",
    allowedOrigins: ["https://www.example.com"],
  });
  app.synth();
}

async function accepted(what: string, synth: (outdir: string) => void) {
  const outdir = join(folder, what, "production");
  mkdirSync(outdir, { recursive: true });
  synth(outdir);
  const to = join(folder, `${what}-checked`);
  const main = await mainEnvironment(outdir);
  const stacks = await checkStacks({ from: join(folder, what), to, environment: "production", main });
  const read = (where: string) => readStacks(where).map(({ folder: _, ...stack }) => stack);
  expect(read(to)).toEqual(read(outdir));
  return { stacks, text: (stack: string) => readFileSync(join(to, "stacks", stack, "cdk.tf.json"), "utf8") };
}

test("main accepts zones, certificates and static files as the constructs make them", async () => {
  const { stacks, text } = await accepted("edge", edge);
  expect([...stacks].sort()).toEqual(["certificates", "dns", "static-site"]);
  expect(text("certificates")).toContain("domain_validation_options : o.resource_record_value if trimprefix(");
  expect(text("certificates")).toContain('"provider": "aws.us-east-1"');
  expect(text("static-site")).toContain("aws_cloudfront_distribution");
});

test("main accepts the stack of uploads", async () => {
  const services = Object.fromEntries(
    Object.entries(production.services).map(([key, service]) => [key, { ...service, media: "bucket" as const }]),
  );
  const { stacks } = await accepted("media", (outdir) => {
    createApp({ ...production, services }, outdir).synth();
  });
  expect(stacks).toContain("media");
});

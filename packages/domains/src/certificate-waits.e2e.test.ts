import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Variables } from "@slipway/core";
import { cliConfiguration, createEngine, EngineError, findTerraform, readStacks } from "@slipway/terraform";
import { certificateWaits } from "./certificate-waits.ts";
import { createDns } from "./dns.ts";

jest.setTimeout(240_000);

// biome-ignore lint/style/noProcessEnv: PATH and the endpoint of the local AWS come from whoever runs the test.
const given: Variables = process.env;
const variables: Variables = {
  ...given,
  AWS_ENDPOINT_URL: given.SLIPWAY_TEST_ENDPOINT,
  AWS_ACCESS_KEY_ID: "919191919191",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_REGION: "eu-west-1",
  AWS_EC2_METADATA_DISABLED: "true",
};
const domain = `never-${process.pid}.com`;
const folder = mkdtempSync(join(tmpdir(), "certificate-waits-"));

/** A certificate that nothing proves, and a validation that waits for less than a minute. */
const definition = {
  terraform: {
    backend: { local: { path: "../../state/certificates.tfstate" } },
    required_providers: { aws: { source: "hashicorp/aws", version: "5.100.0" } },
  },
  provider: { aws: [{ region: "eu-west-1" }] },
  resource: {
    aws_acm_certificate: { web: { domain_name: domain, validation_method: "DNS" } },
    aws_acm_certificate_validation: {
      web: { certificate_arn: "${aws_acm_certificate.web.arn}", timeouts: { create: "32s" } },
    },
  },
};

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("Terraform's wait for a certificate is told after 30 s, and its timeout in the same words", async () => {
  const outdir = join(folder, "out");
  mkdirSync(join(outdir, "stacks/certificates"), { recursive: true });
  writeFileSync(join(outdir, "stacks/certificates/cdk.tf.json"), JSON.stringify(definition));
  const stacks = readStacks(outdir);
  const [stack] = stacks;
  if (stack === undefined) throw new Error("no stack");
  const lines: string[] = [];
  // No server listens there: what DNS says is a matter of the other tests.
  const dns = createDns({ standIn: { address: "127.0.0.1", port: 9 } });
  const engine = createEngine({
    folder: join(folder, "work"),
    stacks,
    terraform: await findTerraform(variables),
    cliConfiguration: cliConfiguration({ workFolder: folder, variables, awsProvider: "5.100.0" }),
    variables,
    importFinder: async () => ({}),
    waits: certificateWaits({ dns, variables, environment: "staging" }),
    onEvent: (event) => {
      if (event.type === "notice") lines.push(event.text);
    },
  });
  const error = await engine
    .plan(stack)
    .then(engine.apply)
    .catch((reason: unknown) => reason);
  const said = new RegExp(
    `^certificate ${domain}: 0 of 1 names proven; ${domain} waits, DNS gave no answer for its record _`,
  );
  // The provider looks once more after its timeout, which may take until the second line.
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(line).toMatch(said);
  expect(error).toBeInstanceOf(EngineError);
  const { message, explanation } = error as EngineError;
  expect(explanation?.what).toMatch(said);
  expect(message).toMatch(
    /^apply of certificates failed: certificate .*; `npm run domain -- staging` says what is missing; then apply again/,
  );
  expect(await engine.destroy(stack)).toBe(1);
});

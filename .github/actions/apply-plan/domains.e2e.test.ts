import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type FakeGithub, fakeGithub } from "@slipway/github/fake";
import { type MergeTrain, mergeTrain } from "../testing/stacks/merge-train.ts";
import { type SmallEnvironment, smallEnvironment } from "../testing/stacks/small-environment.ts";

// The built bundle against the DNS of the local AWS, whose registrar is a file.
jest.setTimeout(240_000);

let aws: SmallEnvironment;
let github: FakeGithub;
let train: MergeTrain;
let domain: string;

const zones = () => ({
  resource: { aws_route53_zone: { it: { name: domain } } },
  output: {
    name_servers: { value: { [domain]: "${aws_route53_zone.it.name_servers}" } },
    zone_id: { value: "${aws_route53_zone.it.zone_id}" },
  },
});

/** Waits for the zone by reading its id, as validation records do. */
const certificates = () => ({
  data: {
    terraform_remote_state: {
      dns: { backend: "s3", config: { bucket: aws.bucket, key: "staging/dns.tfstate", region: "ap-northeast-2" } },
    },
  },
  resource: {
    terraform_data: { zone: { input: "${data.terraform_remote_state.dns.outputs.zone_id}" } },
    aws_acm_certificate: { it: { domain_name: domain, validation_method: "DNS" } },
    aws_acm_certificate_validation: { it: { certificate_arn: "${aws_acm_certificate.it.arn}" } },
  },
});

beforeAll(async () => {
  aws = await smallEnvironment();
  github = await fakeGithub();
  train = mergeTrain(aws, github);
  domain = `apply-${aws.account}.com`;
  aws.write({ instead: { dns: zones() } });
  await aws.apply();
});

afterAll(async () => {
  aws.remove();
  await github.close();
});

async function edge(): Promise<{ readonly resolver: string; readonly registrar: string }> {
  return (await (await fetch(`${aws.variables.AWS_ENDPOINT_URL}/_slipway/dns`)).json()) as Awaited<
    ReturnType<typeof edge>
  >;
}

/** Other tests keep domains in the same file. */
async function register(nameServers: readonly string[]): Promise<void> {
  const { registrar } = await edge();
  mkdirSync(dirname(registrar), { recursive: true });
  let known = {};
  try {
    known = JSON.parse(readFileSync(registrar, "utf8")) as object;
  } catch {
    // nobody wrote it yet
  }
  writeFileSync(registrar, JSON.stringify({ ...known, [domain]: nameServers }));
}

test("certificates are refused until a person has handed the domain over, and then the same run goes on", async () => {
  aws.write({ instead: { dns: zones(), certificates: certificates() } });
  const pull = train.open();
  expect((await train.plan(pull)).code).toBe(0);
  const commits = [train.merge(pull)];
  const { resolver } = await edge();
  const given = { commits, inputs: { "dry-run": "true" }, variables: { SLIPWAY_DNS: resolver } };
  const refused = await train.push(given);
  expect(refused).toMatchObject({
    code: 1,
    outputs: { "failure-reason": "domain-not-delegated", applied: "false", "applied-stacks": "" },
  });
  const message = refused.outputs["failure-message"] ?? "";
  const [, servers = ""] =
    new RegExp(
      `^Stack \`certificates\` waits for a person: domain \\(${domain}\\) must be handed over to its zone, but com names no name servers for it; enter (.+) as name servers at the registrar of ${domain}; when DNS has it, run this job again\\.$`,
    ).exec(message) ?? [];
  expect(servers.split(", ")).toHaveLength(4);
  expect(refused.summary).toContain("## Not applied to `staging`: `domain-not-delegated`");

  await register(servers.split(", "));
  const ready = await train.push(given);
  expect(ready.code).toBe(0);
  expect(ready.log).toContain("Dry run: certificates would be applied");
});

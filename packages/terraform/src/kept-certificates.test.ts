import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepServed } from "./kept-certificates.ts";
import type { Stack, StackPlan } from "./stack.ts";
import type { StackRunner } from "./stack-runner.ts";

const folder = mkdtempSync(join(tmpdir(), "kept-"));
afterAll(() => rmSync(folder, { recursive: true }));
const keptPath = join(folder, "kept.tf.json");
const stack = { name: "certificates", folder } as Stack;
const provider = { aws: [{ region: "eu-west-1" }, { region: "us-east-1", alias: "global" }] };
writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify({ provider }));

interface Deleted {
  readonly name: string;
  readonly served: boolean;
  readonly region?: string;
  readonly action?: string;
}

/** Plans that delete these certificates, and what is made of it. */
async function keep(...deleted: readonly Deleted[]) {
  rmSync(keptPath, { force: true });
  const address = (name: string) => `aws_acm_certificate.${name}`;
  const shown = {
    resource_changes: deleted.map(({ name, action = "delete" }) => ({
      address: address(name),
      type: "aws_acm_certificate",
      name,
      // As of the last apply, when nothing served it yet.
      change: { actions: [action], before: { renewal_eligibility: "INELIGIBLE" } },
    })),
    prior_state: {
      values: {
        root_module: {
          resources: deleted.map(({ name, served, region = "eu-west-1" }) => ({
            address: address(name),
            values: {
              arn: `arn:aws:acm:${region}:111111111111:certificate/1`,
              domain_name: "example.com",
              subject_alternative_names: ["example.com", "www.example.com"],
              renewal_eligibility: served ? "ELIGIBLE" : "INELIGIBLE",
            },
          })),
        },
      },
    },
  };
  const asked: string[] = [];
  const runner = {
    read: async () => {
      asked.push("show");
      return shown;
    },
    stackFolder: () => ({ keptPath }),
    notice: (_: Stack, text: string) => asked.push(text),
  } as unknown as StackRunner;
  const changes = shown.resource_changes.map(({ address, type, change }) => ({
    address,
    type,
    action: change.actions[0],
  }));
  const plan = { stack, changes, planPath: "first" } as unknown as StackPlan;
  const found = await keepServed({ runner, plan, planAgain: async () => ({ ...plan, planPath: "second" }) });
  return { found, asked };
}

test("a certificate that something serves stays, as it is, and the plan says so", async () => {
  const { found, asked } = await keep({ name: "old", served: true }, { name: "free", served: false });
  expect(found).toMatchObject({ planPath: "second", kept: ["aws_acm_certificate.old"] });
  expect(asked).toEqual(["show", "aws_acm_certificate.old stays until nothing serves it any more"]);
  expect(JSON.parse(readFileSync(keptPath, "utf8"))).toEqual({
    resource: {
      aws_acm_certificate: {
        old: {
          domain_name: "example.com",
          subject_alternative_names: ["example.com", "www.example.com"],
          validation_method: "DNS",
          lifecycle: { create_before_destroy: true, ignore_changes: "all" },
        },
      },
    },
  });
});

test("one of another region has the provider of that region", async () => {
  await keep({ name: "old", served: true, region: "us-east-1" });
  const { resource } = JSON.parse(readFileSync(keptPath, "utf8"));
  expect(resource.aws_acm_certificate.old.provider).toBe("aws.global");
});

test("one that nothing serves goes", async () => {
  const { found } = await keep({ name: "free", served: false });
  expect(found.planPath).toBe("first");
  expect(found.kept).toBeUndefined();
  expect(() => readFileSync(keptPath)).toThrow("ENOENT");
});

test("a plan that deletes no certificate is not looked into", async () => {
  expect((await keep({ name: "new", served: false, action: "create" })).asked).toEqual([]);
  expect((await keep()).asked).toEqual([]);
});

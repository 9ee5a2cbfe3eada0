import { fakeLog } from "@slipway/core/testing/fake-log";
import { EngineError, type Stack, type StackPlan } from "@slipway/terraform";
import { applyWaves } from "./apply-stacks.ts";

const certificates = { name: "certificates", upstreams: [] } as unknown as Stack;
const service = { name: "service", upstreams: ["certificates"] } as unknown as Stack;
const old = "aws_acm_certificate.old";
const gone = { address: old, type: "aws_acm_certificate", action: "delete" };
const summary = { add: 1, change: 0, destroy: 0 };

/** Applies both stacks, of which the first keeps a certificate; then this is what a plan of it finds. */
async function apply(next: object | Error) {
  const calls: string[] = [];
  const engine = {
    difference: async () => "its definition changed",
    plan: async ({ name }: Stack) => {
      calls.push(`plan ${name}`);
      if (next instanceof Error) throw next;
      return { stack: certificates, empty: false, changes: [gone], outputChanges: [], ...next };
    },
    apply: async ({ stack }: StackPlan) => {
      calls.push(`apply ${stack.name}`);
      return { summary };
    },
    record: async () => undefined,
  };
  const made = (stack: Stack, kept?: readonly string[]) => ({ stack, empty: false, ...(kept && { kept }) });
  const request = {
    opened: { engine, account: "1", environment: "staging", stacks: [certificates, service] },
    ready: [
      { stack: service, repair: false, made: made(service) },
      { stack: certificates, repair: false, made: made(certificates, [old]) },
    ],
    log: fakeLog(),
  };
  const outcome = await applyWaves(request as unknown as Parameters<typeof applyWaves>[0]);
  expect(outcome).toMatchObject({ failure: undefined, applied: [{ stack: certificates }, { stack: service }] });
  return calls;
}

test("a certificate that was served goes once the stacks behind are applied", async () => {
  expect(await apply({})).toEqual(["apply certificates", "apply service", "plan certificates", "apply certificates"]);
});

test.each<[string, object | Error]>([
  ["it is served still", { empty: true, changes: [] }],
  ["the plan finds more", { changes: [gone, { address: "aws_route53_record.r", action: "create" }] }],
  ["the plan deletes something else", { changes: [{ ...gone, address: "aws_acm_certificate.other" }] }],
  ["an output would change", { outputChanges: ["global_certificate_arn"] }],
  ["the plan fails", new EngineError("no credentials")],
])("it stays, and the apply is done, when %s", async (_, next) => {
  expect(await apply(next)).toEqual(["apply certificates", "apply service", "plan certificates"]);
});

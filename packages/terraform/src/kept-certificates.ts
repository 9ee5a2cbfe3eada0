import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StackPlan } from "./stack.ts";
import type { StackRunner } from "./stack-runner.ts";

const type = "aws_acm_certificate";

/** Of `terraform show -json`: what a plan would do, and the state as AWS has it now, which the changes of what is deleted lack. */
interface ShownPlan {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly type: string;
    readonly name: string;
    readonly change: { readonly actions: readonly string[] };
  }[];
  readonly prior_state?: {
    readonly values?: {
      readonly root_module?: {
        readonly resources?: readonly { readonly address: string; readonly values: Certificate }[];
      };
    };
  };
}

interface Certificate {
  readonly arn?: string;
  readonly domain_name?: string;
  readonly subject_alternative_names?: readonly string[];
  readonly renewal_eligibility?: string;
}

interface KeepRequest {
  readonly runner: StackRunner;
  readonly plan: StackPlan;
  readonly planAgain: () => Promise<StackPlan>;
}

/**
 * Leaves certificates in place that the stack no longer has and something still serves. ACM refuses to delete them, and Terraform would ask
 * it for ten minutes, while the stacks that are to serve the new one wait behind. A plan that is made after theirs deletes them.
 */
export async function keepServed({ runner, plan, planAgain }: KeepRequest): Promise<StackPlan> {
  const { stack } = plan;
  if (!plan.changes.some((change) => change.type === type && change.action === "delete")) return plan;
  const shown = await runner.read<ShownPlan>(stack, ["show", "-json", plan.planPath]);
  const now = new Map(shown.prior_state?.values?.root_module?.resources?.map((each) => [each.address, each.values]));
  const served = (shown.resource_changes ?? []).filter(
    ({ type: each, address, change }) =>
      each === type && change.actions.join() === "delete" && isServed(now.get(address)),
  );
  if (served.length === 0) return plan;
  const definition = JSON.parse(readFileSync(join(stack.folder, "cdk.tf.json"), "utf8"));
  const entries = served.map(({ name, address }) => [name, blockOf(now.get(address), definition.provider?.aws)]);
  const { keptPath } = runner.stackFolder(stack);
  writeFileSync(keptPath, JSON.stringify({ resource: { [type]: Object.fromEntries(entries) } }, null, 2));
  for (const { address } of served) runner.notice(stack, `${address} stays until nothing serves it any more`);
  return { ...(await planAgain()), kept: served.map(({ address }) => address) };
}

/** What nobody serves is not renewed. */
function isServed(certificate: Certificate | undefined): boolean {
  return certificate?.renewal_eligibility === "ELIGIBLE";
}

/** As it is: whatever differs is ignored. One of another region than the stack's has the provider of that region. */
function blockOf(
  { arn = "", domain_name, subject_alternative_names }: Certificate = {},
  providers: readonly { readonly region?: string; readonly alias?: string }[] = [],
): object {
  const region = arn.split(":")[3];
  const alias = providers.find((each) => each.alias !== undefined && each.region === region)?.alias;
  const isOwn = providers[0]?.region === region;
  return {
    domain_name,
    subject_alternative_names,
    validation_method: "DNS",
    ...(alias !== undefined && !isOwn && { provider: `aws.${alias}` }),
    lifecycle: { create_before_destroy: true, ignore_changes: "all" },
  };
}

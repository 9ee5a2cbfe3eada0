import { EngineError } from "./engine-error.ts";
import type { PlannedCreate } from "./import/import-finder.ts";
import { findImports, plannedCreates } from "./plan.ts";
import type { Stack, StackPlan } from "./stack.ts";
import type { StackRunner } from "./stack-runner.ts";

const stack = { name: "network" } as Stack;
const change = (address: string, after: object, action = "create") => ({
  address,
  mode: "managed",
  type: address.split(".")[0] ?? "",
  change: { actions: [action], after: after as Record<string, unknown> },
});

test("only creates that an interrupted apply set out to do are looked for", () => {
  const shown = {
    resource_changes: [change("aws_vpc.a", { x: 1 }), change("aws_vpc.b", {}), change("aws_vpc.c", {}, "update")],
  };
  expect(plannedCreates(shown, new Set(["aws_vpc.a", "aws_vpc.c"]))).toEqual([
    { address: "aws_vpc.a", type: "aws_vpc", values: { x: 1 } },
  ]);
});

/** A VPC that exists, a subnet that can be found once the VPC's id is known, and an address that does not exist. */
function findAll(planAgain: (imported: Readonly<Record<string, string>>) => Promise<StackPlan>) {
  let known: Readonly<Record<string, string>> = {};
  const notices: string[] = [];
  const runner = {
    read: async () => ({
      resource_changes: [
        ...("aws_vpc.a" in known ? [] : [change("aws_vpc.a", {})]),
        ...("aws_subnet.b" in known ? [] : [change("aws_subnet.b", "aws_vpc.a" in known ? { vpc_id: "vpc-1" } : {})]),
        change("aws_eip.c", {}),
      ],
    }),
    notice: (_: Stack, text: string) => notices.push(text),
  } as unknown as StackRunner;
  const importFinder = async (targets: readonly PlannedCreate[]) =>
    Object.fromEntries(
      targets.flatMap(({ address, values }) =>
        address === "aws_vpc.a"
          ? [[address, "vpc-1"]]
          : address === "aws_subnet.b" && values.vpc_id === "vpc-1"
            ? [[address, "subnet-1"]]
            : [],
      ),
    );
  const plan = { stack, planPath: "p", imported: {} } as unknown as StackPlan;
  const created = new Set(["aws_vpc.a", "aws_subnet.b", "aws_eip.c"]);
  const found = findImports({
    runner,
    importFinder,
    plan,
    created,
    planAgain: async (imported) => {
      const next = await planAgain(imported);
      known = imported;
      return next;
    },
  });
  return { found, notices };
}

const planned = (imported: Readonly<Record<string, string>>) =>
  ({ stack, planPath: "p", imported }) as unknown as StackPlan;

test("what was found makes more of it findable, until nothing more is", async () => {
  const { found, notices } = findAll(async (adopted) => planned(adopted));
  expect((await found).imported).toEqual({ "aws_vpc.a": "vpc-1", "aws_subnet.b": "subnet-1" });
  expect(notices).toEqual([
    "aws_vpc.a exists already (vpc-1): imported",
    "aws_subnet.b exists already (subnet-1): imported",
  ]);
});

test("an object that goes between being found and being imported is created after all", async () => {
  const { found } = findAll(async (adopted) => {
    if ("aws_subnet.b" in adopted) {
      throw new EngineError(
        'Cannot import non-existent remote object: to import an existing object to "aws_subnet.b", but',
      );
    }
    return planned(adopted);
  });
  expect((await found).imported).toEqual({ "aws_vpc.a": "vpc-1" });
});

test("any other failure of the plan is a failure", async () => {
  const { found } = findAll(async () => {
    throw new EngineError("no credentials");
  });
  await expect(found).rejects.toThrow("no credentials");
});

import type { LockInfo, Stack } from "@slipway/terraform";
import { unattendedContext } from "../command-context.ts";
import { clearLock, lockAge, unlockCommand } from "./unlock.ts";

const stack = { name: "network" } as Stack;
const holder: LockInfo = {
  id: "ea-1",
  who: "runner@fv-az1",
  operation: "apply",
  created: "2026-11-25T19:11:10Z",
  version: "1.11.4",
  path: "states/staging/network.tfstate",
};

async function unlock(found: LockInfo | undefined, options: { yes?: string; answer?: string }) {
  const printed: string[] = [];
  const cleared: string[] = [];
  const { answer } = options;
  const error = await clearLock(
    { print: (line) => void printed.push(line), ask: answer === undefined ? undefined : async () => answer },
    {
      lockHolder: async () => found,
      unlock: async (_, id) => void cleared.push(id),
      importLeftovers: async () => ({ "aws_vpc.a": "vpc-1" }),
    },
    stack,
    options,
  ).catch((reason: Error) => reason);
  return { printed: printed.join("\n"), cleared, message: error?.message };
}

test("a free state is said to be free", async () => {
  const { printed, cleared } = await unlock(undefined, { yes: "ea-1" });
  expect(printed).toBe("The state of network is not locked: nothing to do.");
  expect(cleared).toEqual([]);
});

test("holder, operation, age and id are shown, and the lock is cleared when its id is typed", async () => {
  const { printed, cleared } = await unlock(holder, { answer: "ea-1\n" });
  expect(printed).toMatch(/by +runner@fv-az1\n +for +apply \(Terraform 1\.11\.4\)\n +since +2026-11-25T19:11:10Z \(/);
  expect(printed).toMatch(/lock id +ea-1\nThe state of network is free\.\n1 objects that were made but not recorded/);
  expect(cleared).toEqual(["ea-1"]);
});

test("another answer changes nothing", async () => {
  const { printed, cleared } = await unlock(holder, { answer: "yes" });
  expect(printed).toMatch(/Nothing was changed\.$/);
  expect(cleared).toEqual([]);
});

test("where nobody can be asked, the id is asked for by --yes, and another one is refused", async () => {
  expect((await unlock(holder, {})).message).toBe(
    "unlock of network must be confirmed; nobody can be asked here, so make sure that nothing works on it any more and add --yes ea-1.",
  );
  const { message, cleared } = await unlock(holder, { yes: "ea-2" });
  expect(message).toBe("--yes (ea-2) must be ea-1; nothing was changed.");
  expect(cleared).toEqual([]);
});

test("an unknown environment is refused before AWS is asked anything", async () => {
  const context = unattendedContext({
    root: "/",
    folder: "/",
    variables: () => Promise.reject(new Error("AWS was asked for")),
  });
  const run = unlockCommand(context).parseAsync(["prod", "network"], { from: "user" });
  await expect(run).rejects.toThrow(/environment \(prod\) must be one of local, staging, production/);
});

test.each([
  [20, "less than a minute ago"],
  [4 * 60, "4 min ago"],
  [3 * 3600, "3 h ago"],
  [5 * 86_400, "5 days ago"],
])("an age of %i s is said as %s", (seconds, words) => {
  expect(lockAge(holder.created, Date.parse(holder.created) + seconds * 1000)).toBe(words);
});

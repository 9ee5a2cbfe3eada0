import { readLog } from "./terraform-log.ts";

const line = (message: object) => JSON.stringify(message);
const resource = (addr: string) => ({ addr, resource_type: addr.split(".")[0] });

test("a plan's log shows counts, changes with their reason, and outputs that would change", () => {
  const log = readLog([
    line({ type: "version", terraform: "1.11.4" }),
    line({ type: "planned_change", change: { resource: resource("aws_vpc.a"), action: "create" } }),
    line({
      type: "planned_change",
      change: { resource: resource("aws_eip.b"), action: "replace", reason: "cannot_update" },
    }),
    line({
      type: "planned_change",
      change: { resource: resource("aws_eip.c"), action: "noop", importing: { id: "1" } },
    }),
    line({ type: "change_summary", changes: { add: 2, change: 0, remove: 1, import: 1, operation: "plan" } }),
    line({ type: "outputs", outputs: { url: { action: "update" }, id: { action: "noop" } } }),
  ]);
  expect(log.summary).toEqual({ add: 2, change: 0, destroy: 1, import: 1 });
  expect(log.changes.map(({ address, action, reason }) => [address, action, reason])).toEqual([
    ["aws_vpc.a", "create", undefined],
    ["aws_eip.b", "replace", "cannot_update"],
    ["aws_eip.c", "no-op", undefined],
  ]);
  expect(log.outputChanges).toEqual(["url"]);
});

test("errors are kept, that there are warnings too, and lines that are no messages are passed over", () => {
  const { errors, warned } = readLog([
    "panic: runtime error",
    "{ not json",
    line({ type: "diagnostic", diagnostic: { severity: "warning", summary: "old" } }),
    line({ type: "diagnostic", diagnostic: { severity: "error", summary: "no", detail: "why", address: "aws_vpc.a" } }),
  ]);
  expect(errors).toEqual([{ severity: "error", summary: "no", detail: "why", address: "aws_vpc.a" }]);
  expect(warned).toBe(true);
  expect(readLog([line({ type: "version" })]).warned).toBe(false);
});

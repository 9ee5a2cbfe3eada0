import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareContainers, compareCounts, stateCounts } from "./check-converged.ts";

const arn = (id: string) => `arn:aws:ecs:ap-northeast-2:000000000000:task/app/${id}`;
const running = new Set([arn("a"), arn("b")]);
const web = (id: string) => ({ name: `web-${id}`, task: arn(id) });

test("one container per running task is as it must be, also two containers of one task", () => {
  const containers = [web("a"), web("b"), { name: "sidecar-b", task: arn("b") }];
  expect(compareContainers({ containers, runningTasks: running, earlier: [] })).toEqual([]);
});

test.each([
  ["an orphan", [web("a"), web("b"), web("c")], [], "container web-c belongs to no running task"],
  ["a task that only seems to run", [web("a")], [], "task b runs without a container"],
  [
    "one left by a local AWS before",
    [web("a"), web("b")],
    ["0123456789abcdef"],
    "container 0123456789ab is of an earlier local AWS",
  ],
])("%s is reported", (_what, containers, earlier, words) => {
  expect(compareContainers({ containers, runningTasks: running, earlier })).toEqual([words]);
});

const folder = mkdtempSync(join(tmpdir(), "states-"));
const managed = (type: string, count: number) => ({ mode: "managed", type, instances: Array(count).fill({}) });
writeFileSync(
  join(folder, "a.tfstate"),
  JSON.stringify({ resources: [managed("aws_eip", 2), { mode: "data", type: "aws_vpc", instances: [{}] }] }),
);
writeFileSync(join(folder, "b.tfstate"), JSON.stringify({ resources: [managed("aws_eip", 1)] }));
writeFileSync(join(folder, "b.tfstate.backup"), JSON.stringify({ resources: [managed("aws_eip", 9)] }));

test("objects of all states are counted; data sources and backups are not", () => {
  expect(stateCounts(folder)).toEqual({ aws_eip: 3 });
});

test("a doubled and an orphaned object are reported with both numbers", () => {
  expect(compareCounts({ aws_eip: 4, aws_vpc: 1 }, stateCounts(folder))).toEqual([
    "aws_eip: 4 in AWS, 3 in the states",
    "aws_vpc: 1 in AWS, 0 in the states",
  ]);
});

test("equal numbers are no news", () => {
  expect(compareCounts({ aws_eip: 3, aws_nat_gateway: 0 }, stateCounts(folder))).toEqual([]);
});

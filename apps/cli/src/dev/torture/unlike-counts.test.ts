import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stateCounts } from "./state-counts.ts";
import { unlikeCounts } from "./unlike-counts.ts";

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

test("a doubled and an orphaned object are told with both numbers", () => {
  expect(unlikeCounts({ aws_eip: 4, aws_vpc: 1 }, stateCounts(folder))).toEqual([
    "aws_eip: 4 in AWS, 3 in the states",
    "aws_vpc: 1 in AWS, 0 in the states",
  ]);
});

test("equal numbers are no news", () => {
  expect(unlikeCounts({ aws_eip: 3, aws_nat_gateway: 0 }, stateCounts(folder))).toEqual([]);
});

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listParts, readTimes, saveTime } from "./part-times.ts";

const file = () => join(mkdtempSync(join(tmpdir(), "times-")), "test", "part-times.json");

test("the time of each part is the one it took last", () => {
  const path = file();
  saveTime(path, { name: "lint", seconds: 9 });
  saveTime(path, { name: "unit", seconds: 30.04 });
  saveTime(path, { name: "lint", seconds: 2.16 });
  expect(readTimes(path)).toEqual({ lint: 2.2, unit: 30 });
});

test("a file of times that is missing or broken holds none", () => {
  const path = file();
  expect(readTimes(path)).toEqual({});
  saveTime(path, { name: "lint", seconds: 2 });
  writeFileSync(path, "{");
  expect(readTimes(path)).toEqual({});
});

test("the list distinguishes the parts that never ran from those that did", () => {
  const parts = [
    { name: "lint", title: "Lint" },
    { name: "loop", title: "apps/cli/src/local/loop.e2e.test.ts" },
  ];
  expect(listParts(parts, { loop: 412.34 }).split("\n")).toEqual([
    "lint      never  Lint",
    "loop    412.3 s  apps/cli/src/local/loop.e2e.test.ts",
  ]);
});

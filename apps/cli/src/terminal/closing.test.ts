import { closingTable } from "./closing.ts";

test("each step has a row, and the last one is their sum", () => {
  const table = closingTable([
    { title: "Machine", seconds: 1.25, result: "" },
    { title: "Deploy", seconds: 2, result: "a | b" },
  ]);
  expect(table.split("\n").slice(2)).toEqual([
    "| Machine | 1.3 s |  |",
    "| Deploy | 2.0 s | a \\| b |",
    "| Total | 3.3 s | |",
  ]);
});

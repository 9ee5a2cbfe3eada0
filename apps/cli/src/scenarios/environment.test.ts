import { freeRanges } from "./environment.ts";

test("the ranges are the first two of the network's second half", () => {
  expect(freeRanges("10.1.0.0/16")).toEqual(["10.1.128.0/21", "10.1.136.0/21"]);
  expect(freeRanges("10.9.4.0/22")).toEqual(["10.9.6.0/27", "10.9.6.32/27"]);
});

import { parseState } from "./state.ts";

const state = {
  version: 4,
  serial: 7,
  lineage: "l",
  outputs: { url: { value: "http://x", type: "string" }, secret: { value: ["a"], type: "list", sensitive: true } },
  resources: [
    { mode: "managed", type: "aws_vpc", name: "main", instances: [{}] },
    { mode: "managed", type: "aws_subnet", name: "each", instances: [{ index_key: 0 }, { index_key: "b" }] },
    { module: "module.a", mode: "managed", type: "aws_eip", name: "in", instances: [{}] },
    { mode: "managed", type: "aws_eip", name: "gone", instances: [] },
    { mode: "data", type: "aws_region", name: "here", instances: [{}] },
  ],
};

test("serial, outputs and managed addresses are read off a state, sensitive outputs, modules and indexes included", () => {
  expect(parseState(JSON.stringify(state))).toEqual({
    serial: 7,
    lineage: "l",
    resources: ["aws_vpc.main", "aws_subnet.each[0]", 'aws_subnet.each["b"]', "module.a.aws_eip.in"],
    outputs: { url: "http://x", secret: ["a"] },
    sensitiveOutputs: ["secret"],
  });
});

test("a state that was cut off is none", () => {
  expect(parseState(JSON.stringify(state).slice(0, 60))).toBeUndefined();
});

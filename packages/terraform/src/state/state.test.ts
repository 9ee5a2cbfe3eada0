import type { Stack } from "../stack.ts";
import { createStateReader, parseState } from "./state.ts";
import type { StateStore } from "./store.ts";

const state = {
  version: 4,
  serial: 7,
  lineage: "l",
  outputs: { url: { value: "http://x", type: "string" }, secret: { value: ["a"], type: "list", sensitive: true } },
  resources: [
    { mode: "managed", type: "aws_vpc", name: "main", instances: [{ attributes: { id: "vpc-1" } }] },
    {
      mode: "managed",
      type: "aws_subnet",
      name: "each",
      instances: [{ index_key: 0 }, { index_key: "b", attributes: { id: "subnet-1" } }],
    },
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
    ids: { "aws_vpc.main": "vpc-1", 'aws_subnet.each["b"]': "subnet-1" },
    outputs: { url: "http://x", secret: ["a"] },
    sensitiveOutputs: ["secret"],
  });
});

test("a state that was cut off is none", () => {
  expect(parseState(JSON.stringify(state).slice(0, 60))).toBeUndefined();
});

test.each<[string, object, object | undefined]>([
  ["resources", state, { url: "http://x", secret: ["a"] }],
  ["resources and no outputs yet", { ...state, outputs: {} }, {}],
  ["outputs of what it looked up, and no resources", { ...state, resources: [] }, { url: "http://x", secret: ["a"] }],
  ["neither, as a destroy leaves it", { version: 4, outputs: {}, resources: [] }, undefined],
])("of a stack that has %s, the outputs are %#", async (_, json, outputs) => {
  const store = () => ({ read: async () => JSON.stringify(json) }) as unknown as StateStore;
  await expect(createStateReader(store, []).outputs({ name: "network" } as Stack)).resolves.toEqual(outputs);
});

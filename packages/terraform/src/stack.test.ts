import { type Stack, stackHash } from "./stack.ts";

test("the hash of a stack changes with its JSON, the engine and the provider", () => {
  const stack = { sha256: "a", awsProvider: "5.100.0" } as Stack;
  const hashes = [
    stackHash(stack, "1.11.4"),
    stackHash({ ...stack, sha256: "b" }, "1.11.4"),
    stackHash(stack, "1.12.0"),
    stackHash({ ...stack, awsProvider: "6.0.0" }, "1.11.4"),
  ];
  expect(new Set(hashes).size).toBe(4);
  expect(stackHash({ ...stack, name: "other" } as Stack, "1.11.4")).toBe(hashes[0]);
});

import { waves } from "./waves.ts";

const stack = (name: string, ...upstreams: string[]) => ({ name, upstreams });
const names = (...stacks: ReturnType<typeof stack>[]) => waves(stacks).map((wave) => wave.map(({ name }) => name));

test("stacks that read nothing go first and side by side, readers after all they read", () => {
  expect(names(stack("service", "network", "registry"), stack("network"), stack("registry"))).toEqual([
    ["network", "registry"],
    ["service"],
  ]);
  expect(names(stack("a", "b"), stack("b", "c"), stack("c"))).toEqual([["c"], ["b"], ["a"]]);
});

test("an upstream that is not among the stacks holds nobody up", () => {
  expect(names(stack("service", "registry"))).toEqual([["service"]]);
});

test("stacks that read each other are an error that names the circle", () => {
  expect(() => names(stack("a", "b"), stack("b", "a"), stack("c"))).toThrow(
    "stacks (a reads b; b reads a) must not read each other in a circle; move what both need into a third stack.",
  );
});

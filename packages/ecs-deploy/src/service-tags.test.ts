import { rolledBackDigests } from "./service-tags.ts";

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

test("a digest that was added is found, newest first, and is gone when removed", () => {
  const one = rolledBackDigests.adding(undefined, [digest("a")]);
  const two = rolledBackDigests.adding(one && [one], [digest("b")]);
  expect(two?.value).toBe(`${"b".repeat(16)} ${"a".repeat(16)}`);
  expect(rolledBackDigests.includes(two && [two], digest("a"))).toBe(true);
  const left = rolledBackDigests.removing(two && [two], [digest("a")]);
  expect(rolledBackDigests.includes(left && [left], digest("a"))).toBe(false);
  expect(rolledBackDigests.includes(left && [left], digest("b"))).toBe(true);
});

test("nothing is written when nothing changes", () => {
  expect(rolledBackDigests.removing([], [digest("a")])).toBeUndefined();
  const tag = rolledBackDigests.adding([], [digest("a")]);
  expect(rolledBackDigests.adding(tag && [tag], [digest("a")])).toBeUndefined();
});

test("the value keeps to what a tag may hold: 256 characters, no commas", () => {
  let tag = rolledBackDigests.adding([], [digest("0")]);
  for (let index = 1; index < 30; index++) {
    tag =
      rolledBackDigests.adding(tag && [tag], [
        `sha256:${String(index).padStart(64, "f0")}`,
        digest(index.toString(36)),
      ]) ?? tag;
  }
  expect(tag?.value?.length).toBeLessThanOrEqual(256);
  expect(tag?.value).toMatch(/^[\w .:/=+@-]*$/);
});

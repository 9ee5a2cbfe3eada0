import { shortName } from "./names.ts";

test("a name that fits stays as it is", () => {
  expect(shortName("this-is-project-lb", 32)).toBe("this-is-project-lb");
});

test("a long name is cut to the limit and two long names stay apart", () => {
  const names = ["this-is-a-very-long-project-name-staging-lb", "this-is-a-very-long-project-name-production-lb"];
  const [first, second] = names.map((name) => shortName(name, 32));
  expect(first).toMatch(/^this-is-a-very-long-proje-[0-9a-f]{6}$/);
  expect(first).toHaveLength(32);
  expect(second).not.toBe(first);
});

test("the cut leaves no double hyphen", () => {
  expect(shortName("abcdefgh-ijklmnopqrst", 16)).toMatch(/^abcdefgh-[0-9a-f]{6}$/);
});

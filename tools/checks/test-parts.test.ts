import { join } from "node:path";
import { chooseParts, testParts, waiting } from "../../apps/cli/src/dev/test/parts.ts";

const all = testParts(join(__dirname, "../.."));
const names = all.map(({ name }) => name);
const chosen = (...of: string[]) => chooseParts(all, of).map(({ name }) => name);

test("every part has a name of its own, in kebab case", () => {
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))).toEqual([]);
});

test("the parts that wait are among the parts", () => {
  expect(all.filter(({ lane }) => lane === "waiting").map(({ name }) => name)).toEqual(
    expect.arrayContaining([...waiting]),
  );
});

test("what is quick needs nothing", () => {
  const quick = all.filter(({ lane }) => lane === "quick");
  expect(quick.map(({ name }) => name)).toEqual(expect.arrayContaining(["lint", "types", "unit"]));
  expect(quick.flatMap(({ needs }) => needs)).toEqual([]);
});

test("without names every part is chosen", () => {
  expect(chosen()).toEqual(names);
});

test("named parts keep the order of the whole, and each is chosen once", () => {
  expect(chosen("unit", "loop", "lint", "loop")).toEqual(["lint", "unit", "loop"]);
});

test("unknown names are refused with the names there are", () => {
  expect(() => chosen("lint", "nonsense", "moon")).toThrow(
    `part (nonsense, moon) must be one of ${names.join(", ")}; \`npm test -- --list\` shows what each is.`,
  );
});

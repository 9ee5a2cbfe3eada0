import { sameTags } from "./finder.ts";
import { createImportFinder } from "./import-finder.ts";

const plannedCreate = (address: string, values: Record<string, unknown> = {}) => ({
  address,
  type: address.split(".")[0] ?? "",
  values,
});

test("each target gets the id its type's finder answers, and a type without a finder is left to be created", async () => {
  const findImports = createImportFinder({}, { aws_vpc: async ({ name }) => (name === "x" ? "vpc-1" : undefined) });
  await expect(
    findImports([
      plannedCreate("aws_vpc.a", { name: "x" }),
      plannedCreate("aws_vpc.b"),
      plannedCreate("aws_iam_role_policy.c"),
    ]),
  ).resolves.toEqual({ "aws_vpc.a": "vpc-1" });
});

test("one object is never taken for two resources", async () => {
  const findImports = createImportFinder({}, { aws_eip: async () => "eipalloc-1" });
  await expect(findImports([plannedCreate("aws_eip.a"), plannedCreate("aws_eip.b")])).resolves.toEqual({
    "aws_eip.a": "eipalloc-1",
  });
});

test("a search that fails is an error that names the resource, never an empty answer", async () => {
  const findImports = createImportFinder({}, { aws_vpc: () => Promise.reject(new Error("denied")) });
  await expect(findImports([plannedCreate("aws_vpc.a")])).rejects.toThrow(
    "looking for aws_vpc.a after an interrupted apply failed: denied",
  );
});

test("an object is ours when it bears every tag of the plan, however the service spells tags", () => {
  const values = { tags_all: { Name: "x", Stack: "network" } };
  expect(
    sameTags(values, [
      { Key: "Stack", Value: "network" },
      { Key: "Name", Value: "x" },
      { Key: "more", Value: "" },
    ]),
  ).toBe(true);
  expect(
    sameTags(values, [
      { key: "Name", value: "x" },
      { key: "Stack", value: "network" },
    ]),
  ).toBe(true);
  expect(sameTags(values, { Name: "x", Stack: "network" })).toBe(true);
  expect(sameTags(values, [{ Key: "Name", Value: "x" }])).toBe(false);
  expect(sameTags(values, undefined)).toBe(false);
  expect(sameTags({ tags_all: {} }, [{ Key: "Name", Value: "x" }])).toBe(false);
});

import { nameFiles } from "./e2e-files.ts";

const named = (...paths: string[]) =>
  nameFiles(
    paths.map((path) => `${path}.e2e.test.ts`),
    ["lint"],
  );

test("a part is called like its file, whatever folder that is in", () => {
  expect(named("apps/cli/src/loop", "packages/terraform/src/s3")).toEqual(["loop", "s3"]);
});

test("a main file is called like its folder", () => {
  expect(named("apps/infra/src/main")).toEqual(["infra"]);
});

test("files of one name, and one that is called like another part, get their folders' names before theirs", () => {
  expect(named("packages/a/src/state/lock", "packages/b/src/state/lock", ".github/lint")).toEqual([
    "a-state-lock",
    "b-state-lock",
    "github-lint",
  ]);
});

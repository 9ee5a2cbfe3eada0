import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesBelow, isTestFile, root } from "./source-files.ts";

const text = (path: string) => readFileSync(join(root, path), "utf8");

/** Decides where an image gets the commit. */
const decides = "packages/core/src/commit-argument.ts";

/** What runs for any project: actions, commands and packages. Scenarios change files of ours, tests and what is built for them may name them. */
const general = [".github/actions", "apps/cli/src", "apps/local-aws/src", "packages"]
  .flatMap((folder) => filesBelow(folder, /\.(ts|js|yml|sh)$/))
  .filter((path) => !isTestFile(path) && !path.startsWith("apps/cli/src/scenarios/"));

/** Key that `--app` gives the service of a project whose environments.ts nobody has written yet. */
const keyOfApp = "apps/cli/src/local/worker-options.ts";

const withoutComments = (code: string) => code.replace(/^\s*(?:\/\/|\/?\*).*$/gm, "");

test("where the app lies is said in environments.ts alone", () => {
  expect(general.length).toBeGreaterThan(200);
  expect(general.filter((path) => /apps\/web\b|@slipway\/web\b/.test(text(path)))).toEqual([]);
});

test("one module decides which images get the commit", () => {
  const naming = general.filter((path) => /\bGIT_COMMIT\b/.test(text(path)));
  expect(naming).toEqual([decides]);
});

test("no service is named in the code: environments.ts says which there are", () => {
  const naming = general.filter((path) =>
    /["'`/.]web["'`/]|\bservices\.web\b|\{ web \}/.test(withoutComments(text(path))),
  );
  expect(naming).toEqual([keyOfApp]);
});

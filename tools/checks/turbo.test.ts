import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { filesBelow, readManifest, root, workspaceFolders } from "./source-files.ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");
const workspaces = workspaceFolders().map((folder) => ({ folder, scripts: readManifest(folder).scripts ?? {} }));

interface TurboConfiguration {
  readonly tasks: Readonly<Record<string, { readonly dependsOn?: readonly string[] }>>;
}

const configurations = ["turbo.json", ...workspaces.map(({ folder }) => join(folder, "turbo.json"))]
  .filter((path) => existsSync(join(root, path)))
  .map((path): TurboConfiguration => JSON.parse(read(path)));
const tasks = [...new Set(configurations.flatMap((configuration) => Object.keys(configuration.tasks)))];

/** `turbo run build test --force` in a script, `"turbo", "run", "build"` in code. */
function tasksCalledIn(text: string): string[] {
  return [...text.matchAll(/\bturbo[\s"',)[\]]+run((?:[\s"',]+[a-z][\w:]*)+)/g)].flatMap(
    ([, names = ""]) => names.match(/\w[\w:]*/g) ?? [],
  );
}

test("calls of turbo are found in scripts and in code", () => {
  expect(tasksCalledIn("X=1 turbo run build test --filter=@slipway/web")).toEqual(["build", "test"]);
  expect(tasksCalledIn('run([join(root, "turbo/bin/turbo"), "run", "typecheck", "--force"])')).toEqual(["typecheck"]);
  expect(tasksCalledIn("what turbo said when npm run build failed")).toEqual([]);
});

test("every task of turbo.json is called by a script, a workflow, an action, our code or another task", () => {
  const callers = [
    "package.json",
    ...filesBelow(".github", /\.yml$/),
    ...workspaces.flatMap(({ folder }) => [join(folder, "package.json"), ...filesBelow(folder, /(?<!\.test)\.[jt]s$/)]),
  ];
  const called = new Set(callers.flatMap((path) => tasksCalledIn(read(path))));
  const needed = configurations.flatMap((configuration) =>
    Object.entries(configuration.tasks).flatMap(([name, { dependsOn = [] }]) =>
      dependsOn.filter((other) => other !== `^${name}`).map((other) => other.replace("^", "")),
    ),
  );
  const unused = tasks.filter((name) => !called.has(name) && !needed.includes(name));
  expect(unused.map((name) => `turbo.json has a task (${name}) that nothing calls; remove it`)).toEqual([]);
});

test("every task of turbo.json is a script of a workspace", () => {
  const empty = tasks.filter((name) => !workspaces.some(({ scripts }) => name in scripts));
  expect(empty.map((name) => `turbo.json has a task (${name}) that no workspace has a script for`)).toEqual([]);
});

test("every workspace with TypeScript has its types and its tests run", () => {
  const without = workspaces
    .filter(({ folder }) => filesBelow(folder, /\.ts$/).length > 0)
    .filter(({ folder, scripts }) => {
      const configuration = join(folder, "jest.config.js");
      const preset = `export { default } from "${relative(folder, "tools/jest/preset.js")}";\n`;
      const isPreset = existsSync(join(root, configuration)) && read(configuration) === preset;
      return scripts.typecheck !== "tsc" || scripts.test !== "jest" || !isPreset;
    });
  expect(
    without.map(({ folder }) => `${folder} must have typecheck, test and a jest.config.js like the others`),
  ).toEqual([]);
});

test("every workspace has tests, and those of jest run without AWS, docker and Terraform", () => {
  const without = workspaces.filter(
    ({ folder, scripts }) =>
      scripts.test === undefined ||
      (scripts.test === "jest" && filesBelow(folder, /(?<!\.e2e)\.test\.ts$/).length === 0),
  );
  expect(
    without.map(({ folder }) => `${folder} must have a script \`test\` and a unit test; jest fails without one`),
  ).toEqual([]);
});

test("a unit test reads files of its own workspace alone, because turbo keeps its result until one of those changes", () => {
  const outside = workspaces
    .filter(({ folder }) => join(root, folder) !== __dirname)
    .flatMap(({ folder }) =>
      filesBelow(folder, /(?<!\.e2e)\.test\.ts$/).flatMap((path) =>
        [...read(path).matchAll(/__dirname,\s*["`]((?:\.\.\/?)+[^"`$]*)/g)]
          .map(([, target = ""]) => relative(root, resolve(root, dirname(path), target)))
          .filter((target) => target !== folder && !target.startsWith(`${folder}/`))
          .map((target) => `${path} reads ${target || "the root"}: it belongs in tools/checks`),
      ),
    );
  expect(outside).toEqual([]);
});

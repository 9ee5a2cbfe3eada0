import {
  filesBelow,
  imported,
  importsOf,
  isTestFile,
  readManifest,
  staticImportsOf,
  workspaceFolders,
} from "./source-files.ts";

interface Rule {
  /** Workspaces that the code may import. */
  readonly code: readonly string[];
  /** Those that tests and test support may import besides. */
  readonly tests?: readonly string[];
}

/** Who may import whom: dependencies point one way. docs/architecture.md shows it as a table. */
const mayImport: Readonly<Record<string, Rule>> = {
  "packages/core": { code: [] },
  "packages/testing": { code: [] },
  "packages/network": { code: ["core"], tests: ["testing"] },
  "packages/compute": { code: ["core", "network"], tests: ["testing"] },
  "packages/container": { code: ["core", "network", "compute"], tests: ["testing"] },
  "packages/pipeline": { code: ["core", "network", "compute", "container"], tests: ["testing"] },
  "packages/terraform": { code: ["core"] },
  "packages/ecs-deploy": { code: ["core"] },
  "packages/github": { code: ["core"] },
  "packages/plan-review": { code: ["core", "terraform"] },
  "packages/domains": { code: ["core", "terraform"] },
  ".github/actions": { code: ["core", "terraform", "plan-review", "domains", "ecs-deploy", "github"] },
  "apps/infra": { code: ["core", "network", "compute", "container", "pipeline"], tests: ["terraform", "testing"] },
  "apps/local-aws": { code: ["core"] },
  "apps/web": { code: [] },
  "apps/api": { code: [] },
  "apps/cli": { code: ["core", "terraform", "plan-review", "domains", "github", "infra", "local-aws"] },
};

/** Parts of the cli that drive what is tested: they alone may use test support of other packages. */
const mayUseTestSupport = /^apps\/cli\/src\/(dev|scenarios|act)\//;
const isTestSupport = (specifier: string) => /^@slipway\/[\w-]+\/(testing|fake)(\/|$)/.test(specifier);

const checked = workspaceFolders().filter((folder) => folder !== "tools/checks");
const rule = (folder: string): Rule => mayImport[folder] ?? { code: [] };
const short = (name: string) => name.replace("@slipway/", "").split("/")[0] ?? "";
// The one line of a jest.config.js names the preset in tools/jest.
const sources = (folder: string) =>
  filesBelow(folder, /\.(ts|js|mjs|cjs)$/).filter((path) => !path.endsWith("jest.config.js"));

/** The sentence that a wrong import deserves. */
function wrong(where: string, name: string, folder: string, allowed: readonly string[]): string {
  const list = allowed.length === 0 ? "nothing of ours" : allowed.join(", ");
  return `${where}: ${folder} must not import ${name}, only ${list}; move what is shared to packages/core or turn the import round`;
}

test("every workspace has its line in the table of who may import whom", () => {
  expect(checked.filter((folder) => mayImport[folder] === undefined)).toEqual([]);
});

test.each(checked)("%s depends on no other workspaces than the table allows", (folder) => {
  const { dependencies = {}, devDependencies = {} } = readManifest(folder);
  const { code, tests = [] } = rule(folder);
  const ours = (names: object) => Object.keys(names).filter((name) => name.startsWith("@slipway/"));
  const where = `${folder}/package.json`;
  expect([
    ...ours(dependencies)
      .filter((name) => !code.includes(short(name)))
      .map((name) => wrong(where, name, folder, code)),
    ...ours(devDependencies)
      .filter((name) => ![...code, ...tests].includes(short(name)))
      .map((name) => wrong(where, name, folder, [...code, ...tests])),
  ]).toEqual([]);
});

test.each(checked)(
  "%s declares every workspace that it imports, and imports no others than the table allows",
  (folder) => {
    const { name: own, dependencies = {}, devDependencies = {} } = readManifest(folder);
    const { code, tests = [] } = rule(folder);
    const problems = sources(folder).flatMap((path) =>
      importsOf(path)
        .filter((specifier) => specifier.startsWith("@slipway/"))
        .flatMap((specifier) => {
          const name = `@slipway/${short(specifier)}`;
          const allowed = isTestFile(path) ? [...code, ...tests] : code;
          if (name === own) return [`${path}: must import ${specifier} by its relative path; it is its own package`];
          if (!allowed.includes(short(specifier))) return [wrong(path, specifier, folder, allowed)];
          const declared = { ...dependencies, ...(isTestFile(path) ? devDependencies : {}) };
          return name in declared ? [] : [`${path}: ${name} must be a dependency in ${folder}/package.json; add it`];
        }),
    );
    expect(problems).toEqual([]);
  },
);

test.each(checked)("%s depends on no workspace that none of its files imports", (folder) => {
  const { dependencies = {}, devDependencies = {} } = readManifest(folder);
  const used = new Set(sources(folder).flatMap((path) => importsOf(path).map(short)));
  const declared = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => name.startsWith("@slipway/"));
  expect(declared.filter((name) => !used.has(short(name)))).toEqual([]);
});

test.each(checked)("no relative import leaves %s", (folder) => {
  const leaving = sources(folder).flatMap((path) =>
    importsOf(path)
      .filter((specifier) => specifier.startsWith(".") && !imported(path, specifier).startsWith(`${folder}/`))
      .map((specifier) => `${path}: ${specifier} must stay within ${folder}; import the package by its name`),
  );
  expect(leaving).toEqual([]);
});

test("no action imports another action", () => {
  const actionOf = (path: string) => /^\.github\/actions\/([^/]+)\//.exec(path)?.[1];
  const shared = ["lib", "testing"];
  const crossing = sources(".github/actions").flatMap((path) => {
    const own = actionOf(path);
    // A test may show two actions together.
    if (own === undefined || shared.includes(own) || isTestFile(path)) return [];
    return importsOf(path)
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => actionOf(imported(path, specifier)))
      .filter((other) => other !== undefined && other !== own && !shared.includes(other))
      .map((other) => `${path}: must not import the action ${other}; move what both need to a package`);
  });
  expect(crossing).toEqual([]);
});

test("an action's main.ts imports no package index, so that nothing loads that it does not use", () => {
  const entries = sources(".github/actions").filter((path) => path.endsWith("/main.ts"));
  // What these files import is loaded with them, so the set grows while it is read.
  const loaded = new Set(entries);
  for (const path of loaded) {
    for (const specifier of staticImportsOf(path)) {
      if (specifier.startsWith(".")) loaded.add(imported(path, specifier));
    }
  }
  expect([...loaded]).toEqual(expect.arrayContaining([".github/actions/lib/run.ts", ".github/actions/lib/inputs.ts"]));
  const indexes = [...loaded].flatMap((path) =>
    importsOf(path)
      .filter((specifier) => /^@slipway\/[\w-]+$/.test(specifier))
      .map((specifier) => `${path}: must import a subpath of ${specifier}; see \`exports\` in its package.json`),
  );
  expect(indexes).toEqual([]);
});

test("test support of another package is imported by tests, or by the cli's dev, scenarios and act", () => {
  const wrongly = checked.flatMap((folder) =>
    sources(folder)
      .filter((path) => !isTestFile(path) && !mayUseTestSupport.test(path))
      .flatMap((path) =>
        importsOf(path)
          .filter(isTestSupport)
          .map(
            (specifier) =>
              `${path}: ${specifier} must be imported by tests only; move it out of testing/ or do without`,
          ),
      ),
  );
  expect(wrongly).toEqual([]);
});

test("packages/core loads neither an SDK nor cdktf", () => {
  const loads = sources("packages/core")
    .filter((path) => !isTestFile(path))
    .flatMap((path) => importsOf(path).filter((specifier) => /^(@aws-sdk|@cdktf|cdktf|constructs)/.test(specifier)));
  expect(loads).toEqual([]);
});

test("only apps/infra makes a provider or a backend", () => {
  const makes = checked
    .filter((folder) => folder !== "apps/infra")
    .flatMap((folder) => sources(folder).filter((path) => !isTestFile(path)))
    .filter((path) => importsOf(path).includes("@cdktf/provider-aws/lib/provider"));
  expect(makes).toEqual([]);
});

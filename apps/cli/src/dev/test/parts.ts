import { Failure } from "@slipway/core";
import { e2eFiles, nameFiles } from "./e2e-files.ts";
import { jestFile, nodeCheck, type TestPart, types, unitTests, unittest } from "./tool-parts.ts";
import { workflowLinters } from "./workflow-linters.ts";

/** Everything that `npm test` runs, in its order. */
export function testParts(root: string): readonly TestPart[] {
  const biome = nodeCheck("@biomejs/biome/bin/biome", ["ci", "--colors=off", "."]);
  const checks = (workspace: string) => workspace === "tools/checks";
  const quick: readonly TestPart[] = [
    { name: "lint", title: "Lint", needs: [], lane: "quick", run: biome },
    { name: "types", title: "Types", needs: [], lane: "quick", run: types },
    { name: "unit", title: "Unit tests", needs: [], lane: "quick", run: unitTests((workspace) => !checks(workspace)) },
    { name: "checks", title: "Checks of the whole repository", needs: [], lane: "quick", run: unitTests(checks) },
  ];
  const python: readonly TestPart[] = [
    {
      name: "local-aws-unit",
      title: "Local AWS, unit tests",
      needs: [],
      lane: "working",
      run: unittest(["discover", "-s", "apps/local-aws/aws/tests", "-t", "apps/local-aws"]),
    },
    {
      name: "local-aws-deployments",
      title: "Local AWS, deployments",
      needs: ["docker"],
      lane: "waiting",
      run: unittest(["aws.tests.e2e_deployment", "aws.tests.e2e_reach"]),
    },
  ];
  const linters = workflowLinters(root);
  const taken = [...quick, ...linters, ...python].map(({ name }) => name);
  return [...quick, ...linters, ...e2eParts(root, taken), ...python];
}

/** Parts that mostly wait for fixed delays. */
export const waiting = [
  ...["loop", "github", "certificate-waits", "local-aws-deployments"],
  // In accounts of their own.
  ...["http-api", "media", "network", "static-site"],
];

function e2eParts(root: string, taken: readonly string[]): readonly TestPart[] {
  const paths = e2eFiles(root);
  const names = nameFiles(paths, taken);
  return paths.map((path, index) => {
    const name = names[index] ?? path;
    return {
      name,
      title: path,
      needs: ["docker", "bundles", "local-aws"],
      lane: waiting.includes(name) ? "waiting" : "working",
      run: jestFile(path),
    };
  });
}

/** The parts of these names in their own order; without names all of them. */
export function chooseParts(all: readonly TestPart[], names: readonly string[]): readonly TestPart[] {
  const known = all.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Failure(
      `part (${unknown.join(", ")}) must be one of ${known.join(", ")}`,
      "`npm test -- --list` shows what each is",
    );
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

import { rmSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import { environment } from "@slipway/infra";
import { issuerKeys, startLocalAws, stopLocalAws } from "../aws/local-aws.ts";
import { localVariables } from "../aws/local-variables.ts";
import { ensureActionBundles } from "../delivery/action-bundles.ts";
import { ensureAct } from "../machine/act.ts";
import { ensureBaseImages } from "../machine/base-image.ts";
import { ensureDocker } from "../machine/docker.ts";
import { takeLock } from "../machine/lock.ts";
import { ensurePython } from "../machine/python.ts";
import { closingReport } from "../testing/closing-report.ts";
import { e2eFiles } from "../testing/e2e-files.ts";
import type { Part } from "../testing/part.ts";
import { runParts } from "../testing/run-parts.ts";
import { toolParts } from "../testing/tool-parts.ts";
import { workflowLinters } from "../testing/workflow-linters.ts";
import type { Workspace } from "../workspace.ts";
import type { CommandContext } from "./command-context.ts";

/** Ports of its own, so that an app that is up stays as it is. */
const testPort = 4580;

/** `npm test`: everything, from lint to the loop itself; the last line holds the totals. */
export async function test({ workspace: outer, signal }: CommandContext): Promise<void> {
  const started = performance.now();
  const line = (text: string) => void process.stdout.write(`${text}\n`);
  const home = outer.path("test");
  const workspace: Workspace = { ...outer, home, port: testPort, path: (...parts) => join(home, ...parts) };
  const release = takeLock(home, "test");
  try {
    const { root } = workspace;
    const logs = workspace.path("logs");
    const env = { SLIPWAY_HOME: home, PYTHONPATH: join(root, "apps/local") };
    const tools = toolParts({ root, logs, env, signal });
    // Compiled once per machine, for a minute: beside what is quick. Whoever needs it says why it could not be had.
    const act = ensureAct({ workspace, signal, log: (text) => line(`› ${text}`) }).catch(() => undefined);
    const quick = await runParts(
      [
        [
          tools.check("Lint", "@biomejs/biome/bin/biome", ["ci", "--colors=off", "."]),
          tools.check("Types", "typescript/bin/tsc", ["-p", "."]),
          tools.jest("Unit tests"),
        ],
      ],
      { signal, line },
    );
    const machine = await prepare(workspace, signal, line);
    await act;
    // What waits for fixed delays runs beside what works.
    const [waiting = [], rest = []] = partition(e2eFiles(root), (path) => /(loop|-story)\.e2e\.test\.ts$/.test(path));
    const aws = toolParts({ root, logs, env: { ...machine.variables, ...env }, signal });
    const jestPart = (path: string): Part => aws.jest(path, [path]);
    const python: Part[] = [
      tools.unittest("Local AWS, unit tests", machine.python, [
        "discover",
        "-s",
        "apps/local/aws/tests",
        "-t",
        "apps/local",
      ]),
      tools.unittest("Local AWS, deployments", machine.python, ["aws.tests.e2e_deployment"]),
    ];
    const lint = workflowLinters({ workspace, tools, signal, log: (text) => line(`› ${text}`) });
    const lanes = [waiting.map(jestPart), [...lint, ...rest.map(jestPart), ...python]];
    line(`› ${lanes.flat().length} slow parts follow, two at a time: 20 to 30 minutes on 2 cores, some silent for 10.`);
    const slow = await runParts(lanes, { signal, line });
    const records = [...quick, ...slow];
    if (records.some(({ failed }) => failed > 0)) process.exitCode = 1;
    line(closingReport(records, (performance.now() - started) / 1000));
  } finally {
    await stopLocalAws(workspace);
    release();
  }
}

/** What the slow parts share: docker, base images, bundles, and one local AWS. */
async function prepare(
  workspace: Workspace,
  signal: AbortSignal,
  line: (text: string) => void,
): Promise<{ readonly python: string; readonly variables: Workspace["variables"] }> {
  const { root, home } = workspace;
  const log = (text: string) => line(`› ${text}`);
  const docker = await ensureDocker({ log, home });
  for (const folder of ["apps/web", "apps/local/fixtures/other-django"]) {
    for (const warning of await ensureBaseImages(join(root, folder, "Dockerfile"), docker, home, { log })) log(warning);
  }
  await ensureActionBundles(workspace, signal);
  const python = await ensurePython({
    workspace,
    requirements: join(root, "apps/local/aws/requirements.txt"),
    signal,
    log,
  });
  await stopLocalAws(workspace);
  rmSync(workspace.path("aws"), { recursive: true, force: true });
  const { account, region } = environment("local");
  const { endpoint } = await startLocalAws({ workspace, python, region, account, signal });
  if (signal.aborted) throw new Failure("the tests were interrupted", "run `npm test` again");
  const variables = localVariables(workspace.variables, { endpoint, account, region });
  return {
    python,
    variables: { ...variables, SLIPWAY_TEST_ENDPOINT: endpoint, SLIPWAY_ISSUER: issuerKeys(workspace) },
  };
}

function partition<T>(all: readonly T[], chosen: (one: T) => boolean): readonly [T[], T[]] {
  return [all.filter(chosen), all.filter((one) => !chosen(one))];
}

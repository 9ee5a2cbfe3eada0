import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import { type FakeGithub, fakeGithub } from "@slipway/github/fake";
import { environment } from "@slipway/infra";
import { ensurePython, localVariables, type SlipwayHome, startLocalAws, stopLocalAws } from "@slipway/local-aws";
import { manyChangesPlans, writeManyChanges } from "@slipway/plan-review/testing/many-changes-report";
import { type ActionRequest, type ActionResult, runAction } from "../../local/run-action.ts";
import { appliedEnvironment } from "./applied-environment.ts";
import { type Figure, median } from "./measure.ts";

/** A separate port, so that a running app is not affected. */
const port = 4590;

/** Measures two delays of a pull request: the comment of a large plan, and the plan of a change that touches no stack. */
export async function benchPlans(
  outer: SlipwayHome,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<readonly Figure[]> {
  const folder = outer.path("bench");
  const home: SlipwayHome = { ...outer, folder, port, path: (...parts) => join(folder, ...parts) };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const github = await fakeGithub();
  try {
    return [
      ...(await postedComment(home, github, signal)),
      ...(await nothingPlanned(outer, home, github, signal, log)),
    ];
  } finally {
    await github.close();
    await stopLocalAws(home);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Time from plan JSON to the comment, five times: created among 99 other comments, then updated. */
async function postedComment(home: SlipwayHome, github: FakeGithub, signal: AbortSignal): Promise<Figure[]> {
  const pull = openPull(home, github, signal);
  for (let index = 0; index < 99; index += 1) {
    github.state.addComment({ issue: pull.number }, "mona", `remark ${index}`);
  }
  const plans = manyChangesPlans();
  const seconds: number[] = [];
  const calls: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const before = github.requests.length;
    const started = performance.now();
    const report = await writeManyChanges(plans, headSha, home.path("report"));
    await pull.report({ environment: "production", report, "github-token": "ghs_write" });
    seconds.push((performance.now() - started) / 1000);
    calls.push(github.requests.length - before);
  }
  return [
    { what: "plan JSON of 8 stacks (400 changes) to its comment", value: median(seconds), unit: "s", limit: 1.5 },
    { what: "its calls to GitHub, with 99 other comments", value: Math.max(...calls), unit: "calls", limit: 3 },
  ];
}

/** Plans an environment without changes for a pull request. */
async function nothingPlanned(
  outer: SlipwayHome,
  home: SlipwayHome,
  github: FakeGithub,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<Figure[]> {
  const requirements = join(home.root, "apps/local-aws/aws/requirements.txt");
  const python = await ensurePython({ home: outer, requirements, signal, log });
  const local = environment("local");
  const { endpoint } = await startLocalAws({ home, python, account: local.account, region: local.region, signal });
  const variables = localVariables(home.variables, { ...environment("staging"), endpoint });
  const stacksDir = home.path("staging");
  await appliedEnvironment(home, variables, stacksDir);

  const calls = home.path("terraform-calls");
  const counted = home.path("terraform");
  const real = variables.TERRAFORM_BIN || "terraform";
  // `terraform version` is not counted.
  const script = `#!/bin/sh\n[ "$1" = version ] || echo "$@" >> '${calls}'\nexec '${real}' "$@"\n`;
  writeFileSync(counted, script, { mode: 0o755 });
  writeFileSync(calls, "");
  const inputs = { environment: "staging", "stacks-dir": stacksDir, comment: "never" };
  const started = performance.now();
  const pull = openPull(home, github, signal, { ...variables, TERRAFORM_BIN: counted });
  const { outputs } = await pull.report(inputs);
  const seconds = (performance.now() - started) / 1000;
  if (outputs["has-changes"] !== "false")
    throw new Failure("a pull request that changes no stack must change nothing.");
  const processes = readFileSync(calls, "utf8").split("\n").filter(Boolean).length;
  return [
    { what: "plan of a change that touches no stack", value: seconds, unit: "s" },
    { what: "its Terraforms", value: processes, unit: "processes", limit: 0 },
  ];
}

const headSha = "a".repeat(40);

/** Opens a pull request; `report` runs the action `report-plan` on it. */
function openPull(
  home: SlipwayHome,
  github: FakeGithub,
  signal: AbortSignal,
  variables: ActionRequest["variables"] = { PATH: home.variables.PATH, HOME: home.variables.HOME },
) {
  const { number } = github.state.addPull({ title: "Change", headSha });
  const payload = { number, pull_request: { number, head: { sha: headSha }, base: { sha: "b".repeat(40) } } };
  const eventPath = home.path("event.json");
  writeFileSync(eventPath, JSON.stringify(payload));
  const runner = {
    GITHUB_API_URL: github.url,
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_EVENT_NAME: "pull_request",
    GITHUB_EVENT_PATH: eventPath,
    GITHUB_REPOSITORY: "octo-org/this-is-project",
    GITHUB_REF: `refs/pull/${number}/merge`,
    GITHUB_SHA: headSha,
  };
  let runs = 0;
  const report = async (inputs: ActionRequest["inputs"]): Promise<ActionResult> => {
    runs += 1;
    const result = await runAction({
      home,
      name: "report-plan",
      inputs,
      variables,
      // A comment of a newer run would stay.
      runner: { ...runner, GITHUB_RUN_ID: String(runs) },
      signal,
    });
    if (!result.ok) throw new Failure(result.errors.join(" ") || `report-plan ended ${result.ending}`);
    return result;
  };
  return { number, report };
}

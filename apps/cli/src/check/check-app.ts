import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import { type Environment, type WorkflowApp, workflowApp } from "@slipway/infra";
import { ensureBaseImages, ensureDocker } from "@slipway/local-aws";
import { execa } from "execa";
import type { CommandContext } from "../command-context.ts";
import { imagePrefix } from "../local/image.ts";

/** How the app of some environments is tested: by its command, or by building its image. */
export interface AppTest {
  readonly app: WorkflowApp;
  readonly command: readonly string[] | undefined;
}

/** Tests every app that workflows deploy; environments that share a registry have one. */
export async function checkApps(context: CommandContext, environments: readonly Environment[]): Promise<void> {
  for (const test of appTests(environments)) {
    if (test.command === undefined) await buildTest(context, test.app);
    else await runTest(context, test.app, test.command);
  }
}

/** Each way once. `local` is deployed by no workflow: it counts only where there is nothing else. */
export function appTests(environments: readonly Environment[]): readonly AppTest[] {
  const deployed = environments.filter(({ stateBucket }) => stateBucket !== undefined);
  const all = (deployed.length > 0 ? deployed : environments).map((each) => ({
    app: workflowApp(each),
    command: each.testCommand,
  }));
  return [...new Map(all.map((test) => [JSON.stringify(test), test])).values()];
}

/** Runs the team's own command in the app's folder, with what it prints and asks for. */
async function runTest(
  { home, signal, print }: CommandContext,
  { folder }: WorkflowApp,
  [program = "", ...args]: readonly string[],
): Promise<void> {
  const typed = [program, ...args].join(" ");
  print(`› ${typed} (in ${folder})`);
  const { exitCode, shortMessage, originalMessage } = await execa(program, args, {
    cwd: join(home.root, folder),
    stdio: "inherit",
    reject: false,
    cancelSignal: signal,
    forceKillAfterDelay: 5000,
  });
  signal.throwIfAborted();
  if (exitCode === 0) return print(`✔ ${typed}`);
  const why =
    exitCode === undefined ? `it could not be run (${originalMessage ?? shortMessage})` : `it ended with ${exitCode}`;
  throw new Failure(
    `testCommand (${typed}) must succeed in ${folder}, but ${why}`,
    "correct the app, or the command in apps/infra/src/environments.ts",
  );
}

/** Without a command the build is the test: of the stage `test`, or of what is deployed. */
async function buildTest({ home, signal, print }: CommandContext, app: WorkflowApp): Promise<void> {
  const { root, folder, id, path } = home;
  const dockerfile = join(root, app.dockerfile);
  const target = hasTestStage(readFileSync(dockerfile, "utf8")) ? "test" : app.target;
  const log = (line: string) => print(`› ${line}`);
  const docker = await ensureDocker({ log, homeFolder: folder });
  const { buildArgs } = app;
  for (const warning of await ensureBaseImages(dockerfile, docker, folder, { buildArgs, log })) print(`⚠ ${warning}`);
  const what = `${app.dockerfile}${target === undefined ? "" : `, stage ${target}`}`;
  log(`docker build (${what})`);
  await docker.build({
    context: join(root, app.context),
    dockerfile,
    tag: `${imagePrefix(id)}/check:latest`,
    buildArgs,
    ...(target === undefined ? {} : { target }),
    logPath: path("logs", "check-app.log"),
    onLine: print,
    signal,
  });
  print(`✔ ${what} builds`);
}

/** Whether a Dockerfile has a stage of that very name, in whatever case. */
export function hasTestStage(dockerfile: string): boolean {
  return /^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*\S+[ \t]+AS[ \t]+test[ \t]*\r?$/im.test(dockerfile);
}

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { environment } from "@slipway/infra";
import { ensureBaseImages, ensureDocker, ensurePython, runQuietly } from "@slipway/local-aws";
import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { parseUnittest } from "../dev/test/parse-results.ts";
import { workspaceReport } from "../dev/test/workspace-reports.ts";
import { chosenApp } from "../local/app.ts";
import { buildImage } from "../local/image.ts";
import { createReporter } from "../terminal/reporter.ts";
import { type CommandRun, runCommand } from "./run-command.ts";

/** What the scripts of the app's workspace call; people call turbo or npm. */
export function webCommands(root: string): readonly Command[] {
  const command = (name: string, script: string, work: CommandRun["work"]) =>
    new Command(name).action(() =>
      runCommand({ name: `${script} --workspace ${environment("local").app.folder}`, root, work }),
    );
  return [command("build-image", "build", buildWebImage), command("test-web", "test", testWeb)];
}

/** The build of the app: the image that `npm start` delivers, into the local docker. */
async function buildWebImage({ home, cwd, signal, onReporter }: CommandContext): Promise<void> {
  const { root, folder, port, variables } = home;
  const app = await chosenApp({ root, cwd, options: { buildArg: [] } });
  const reporter = createReporter(home.path("logs", "build-image"));
  onReporter?.(reporter);
  const docker = await reporter.step("Docker and base image", async ({ print }) => {
    const found = await ensureDocker({ log: print, homeFolder: folder });
    const { target, platform, buildArgs } = app;
    const options = { target, platform, buildArgs, log: print };
    const warnings = await ensureBaseImages(app.dockerfile, found, folder, options);
    for (const warning of warnings) print(`⚠ ${warning}`);
    return found;
  });
  await buildImage({ home, reporter, app, docker, variables, port, signal }, undefined);
}

/** The tests of the app: Django's own, with exactly the packages of the image and without docker. */
async function testWeb({ home, signal, print }: CommandContext): Promise<void> {
  const { root, variables } = home;
  const { folder: own } = environment("local").app;
  const folder = join(root, own);
  const requirements = join(folder, "requirements.txt");
  const log = (text: string) => print(`› ${text}`);
  const python = await ensurePython({ home, requirements, what: "the Django app", signal, log });
  // Settings come from the environment: nothing of the caller's may change what is tested.
  const settings = { SECRET_KEY: "only-for-these-tests", ALLOWED_HOSTS: "testserver", PYTHONDONTWRITEBYTECODE: "1" };
  const given = Object.entries({ PATH: variables.PATH, HOME: variables.HOME, ...settings });
  const { ok, output } = await runQuietly({
    file: "env",
    arguments: ["-i", ...given.map(([name, value]) => `${name}=${value ?? ""}`), python, "manage.py", "test"],
    cwd: folder,
    logPath: home.path("logs", "test-web.log"),
    signal,
  });
  print(output);
  const report = workspaceReport(root, own);
  mkdirSync(dirname(report), { recursive: true });
  writeFileSync(report, JSON.stringify(parseUnittest(output, ok)));
  if (!ok) process.exitCode = 1;
}

import { ensureBaseImages, ensureDocker } from "@slipway/local-aws";
import type { CommandContext } from "../command-context.ts";
import { chosenApp } from "../local/app.ts";
import { buildImage } from "../local/image.ts";
import { createReporter } from "../terminal/reporter.ts";

/** The build of `apps/web`: the image that `npm start` delivers, into the local docker. */
export async function buildOwnImage({ home: workspace, cwd, signal, onReporter }: CommandContext): Promise<void> {
  const { root, folder: home, port, variables } = workspace;
  const app = await chosenApp({ root, cwd, options: { buildArg: [] } });
  const reporter = createReporter(workspace.path("logs", "build-image"));
  onReporter?.(reporter);
  const docker = await reporter.step("Docker and base image", async ({ print: say }) => {
    const found = await ensureDocker({ log: say, homeFolder: home });
    const warnings = await ensureBaseImages(app.dockerfile, found, home, { buildArgs: app.buildArgs, log: say });
    for (const warning of warnings) say(`⚠ ${warning}`);
    return found;
  });
  await buildImage({ home: workspace, reporter, app, docker, variables, port, signal }, undefined);
}

import { join } from "node:path";
import { type Docker, ensureBaseImages, ensureDocker, ensurePython, type SlipwayHome } from "@slipway/local-aws";
import { type CliConfiguration, cliConfiguration, findTerraform, type Terraform } from "@slipway/terraform";
import type { Reporter } from "../terminal/reporter.ts";
import type { App } from "./app.ts";
import { ensureActionBundles } from "./run-action.ts";

export interface Prerequisites {
  readonly docker: Docker;
  /** Path of a Python with the packages of the local AWS. */
  readonly python: string;
  readonly terraform: Terraform;
  readonly cliConfiguration: CliConfiguration;
}

export interface PrerequisitesRequest {
  readonly home: SlipwayHome;
  readonly reporter: Reporter;
  /** App whose base images are provided; undefined if no image is built. */
  readonly app?: Pick<App, "dockerfile" | "target" | "platform" | "buildArgs">;
  /** Exact version of the AWS provider. */
  readonly awsProvider: string;
  readonly signal: AbortSignal;
}

/** Installs or finds everything that a run needs on the host, in parallel. */
export async function installPrerequisites(request: PrerequisitesRequest): Promise<Prerequisites> {
  const { home, reporter, app, awsProvider, signal } = request;
  const { folder, variables } = home;
  const found: Partial<{ -readonly [K in keyof Prerequisites]: Prerequisites[K] }> = {};
  const warnings: string[] = [];
  await reporter.together("Machine", [
    {
      title: app === undefined ? "Docker" : "Docker and base image",
      work: async (step) => {
        found.docker = await ensureDocker({ log: step.print, homeFolder: folder });
        if (app === undefined) return;
        const { target, platform, buildArgs } = app;
        const options = { target, platform, buildArgs, log: step.print };
        warnings.push(...(await ensureBaseImages(app.dockerfile, found.docker, folder, options)));
      },
    },
    {
      title: "Python for the local AWS",
      work: async (step) => {
        const requirements = join(home.root, "apps/local-aws/aws/requirements.txt");
        found.python = await ensurePython({ home, requirements, signal, log: step.print });
      },
    },
    {
      title: "Terraform",
      work: async (step) => {
        found.terraform = await findTerraform(variables);
        found.cliConfiguration = await cliConfiguration({ workFolder: folder, variables, awsProvider });
        const { mirror } = found.cliConfiguration;
        step.result(
          `${found.terraform.version}, AWS provider ${awsProvider}${mirror === undefined ? "" : " from a mirror"}`,
        );
      },
    },
    {
      title: "Action bundles",
      work: async (step) => step.result((await ensureActionBundles(home, signal)) ? "built" : "up to date"),
    },
  ]);
  signal.throwIfAborted();
  for (const warning of warnings) reporter.line(`⚠ ${warning}`);
  return found as Prerequisites;
}

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Variables } from "@slipway/core";
import { cliConfiguration } from "@slipway/terraform";

// biome-ignore lint/style/noProcessEnv: tests against the real engine take PATH, keys and endpoint from whoever runs them.
const variables: Variables = process.env;

export interface TerraformRun {
  readonly status: number | null;
  readonly output: string;
}

/** Runs Terraform in a folder with the provider mirror that the engine uses. */
export function terraform(folder: string, args: readonly string[], more: Variables = {}): TerraformRun {
  const { path } = cliConfiguration({ workFolder: join(folder, ".cli"), variables, awsProvider: "5.100.0" });
  const env = { ...variables, ...more, TF_CLI_CONFIG_FILE: path, TF_IN_AUTOMATION: "1", CHECKPOINT_DISABLE: "1" };
  const binary = variables.TERRAFORM_BIN || "terraform";
  const { status, stdout, stderr } = spawnSync(binary, args, { cwd: folder, env, encoding: "utf8" });
  return { status, output: `${stdout}${stderr}` };
}

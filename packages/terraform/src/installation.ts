import type { Variables } from "@slipway/core";
import { execa } from "execa";
import { EngineError } from "./engine-error.ts";

export interface Terraform {
  readonly path: string;
  readonly version: string;
}

const oldest = [1, 10] as const;
const remedy =
  "install Terraform 1.10 or newer (https://developer.hashicorp.com/terraform/install) or name its file in TERRAFORM_BIN";

type VersionOf = (path: string, variables: Variables) => Promise<string>;

// TF_CLI_CONFIG_FILE may name a file that does not exist: Terraform then warns on stderr, which is nobody's business here.
const versionOf: VersionOf = async (path, variables) => {
  const env = { ...variables, TF_CLI_CONFIG_FILE: "", CHECKPOINT_DISABLE: "1" };
  const { stdout } = await execa(path, ["version", "-json"], { env, extendEnv: false, stdin: "ignore" });
  return stdout;
};

/** Finds Terraform (`TERRAFORM_BIN`, else `terraform` on PATH) and refuses one that lacks S3 native locking. */
export async function findTerraform(variables: Variables, run: VersionOf = versionOf): Promise<Terraform> {
  const path = variables.TERRAFORM_BIN || "terraform";
  let answer: string;
  try {
    answer = await run(path, variables);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      throw new EngineError(`terraform (${path}) must be installed`, remedy);
    }
    throw new EngineError(`terraform (${path}) must be runnable`, `it said: ${firstLine(error)}; ${remedy}`);
  }
  const version = /"terraform_version":\s*"([^"]+)"/.exec(answer)?.[1];
  const [major, minor] = (version ?? "").split(".").map(Number);
  if (version === undefined || major === undefined || minor === undefined) {
    throw new EngineError(`terraform (${path}) must answer \`version -json\` with its version`, remedy);
  }
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    throw new EngineError(`terraform (${version} at ${path}) must be 1.10 or newer`, remedy);
  }
  return { path, version };
}

function firstLine(error: unknown): string {
  const text = (error as { stderr?: string }).stderr || (error as Error).message;
  return text.split("\n").find((line) => line.trim() !== "") ?? "nothing";
}

import type { Variables } from "./variables.ts";

export interface CliConfiguration {
  /** File for `TF_CLI_CONFIG_FILE`. */
  readonly path: string;
  /** Folder the AWS provider is taken from; undefined when it comes from the registry or the caller's own configuration. */
  readonly mirror: string | undefined;
}

export interface CliConfigurationRequest {
  /** Folder the file is written to. */
  readonly home: string;
  readonly variables: Variables;
  /** Exact version of `hashicorp/aws`; a mirror without it is passed over. */
  readonly awsProvider: string;
}

/** Writes the Terraform CLI configuration: the AWS provider from a mirror folder when there is one, else from the registry. */
export async function cliConfiguration(_request: CliConfigurationRequest): Promise<CliConfiguration> {
  throw new Error("not written yet");
}

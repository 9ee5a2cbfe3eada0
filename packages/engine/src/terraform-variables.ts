import type { Variables } from "./variables.ts";

/** These would change what a command does behind our back. */
const unwanted = /^TF_(CLI_ARGS.*|DATA_DIR|WORKSPACE|INPUT|REATTACH_PROVIDERS)$/;

/** The variables Terraform gets. */
export function terraformVariables(variables: Variables, cliConfigurationPath: string): Variables {
  return {
    ...Object.fromEntries(Object.entries(variables).filter(([name]) => !unwanted.test(name))),
    TF_CLI_CONFIG_FILE: cliConfigurationPath,
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
    NO_COLOR: "1",
  };
}

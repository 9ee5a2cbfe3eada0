/** The commands that failures name as the next step. */
export const commands = {
  /** Plans main and shows the plan to approve. */
  plan(environment: string): string {
    return `\`gh workflow run apply.yml -f environment=${environment}\``;
  },

  /** Approves a plan. */
  approve(environment: string, planId: string): string {
    return `\`${approveCommand(environment, planId)}\``;
  },

  /** Approves a plan with its destructive changes. */
  approveDestroy(environment: string, planId: string, addresses: readonly string[]): string {
    return `\`${approveCommand(environment, planId)} -f allow-destroy='${addresses.join(",")}'\``;
  },

  unlock(environment: string, stack: string): string {
    return `\`npm run unlock -- ${environment} ${stack}\``;
  },
};

/** The command that approves a plan. */
export function approveCommand(environment: string, planId: string): string {
  return `gh workflow run apply.yml -f environment=${environment} -f plan=${planId}`;
}

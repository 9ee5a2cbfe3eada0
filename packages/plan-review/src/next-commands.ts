/** The commands that go on after a refusal, as they stand in its text. */
export const commands = {
  /** Plans main and says what to say yes to. */
  plan(environment: string): string {
    return `\`gh workflow run apply.yml -f environment=${environment}\``;
  },

  /** Says yes to a plan. */
  approve(environment: string, planId: string): string {
    return `\`${approveCommand(environment, planId)}\``;
  },

  /** Says yes to losing what a plan replaces or destroys. */
  approveLosses(environment: string, planId: string, addresses: readonly string[]): string {
    return `\`${approveCommand(environment, planId)} -f allow-destroy='${addresses.join(",")}'\``;
  },

  unlock(environment: string, stack: string): string {
    return `\`npm run unlock -- ${environment} ${stack}\``;
  },
};

/** The command that says yes to a plan. */
export function approveCommand(environment: string, planId: string): string {
  return `gh workflow run apply.yml -f environment=${environment} -f plan=${planId}`;
}

/** The command that says yes to a plan. */
export function approveCommand(environment: string, planId: string): string {
  return `gh workflow run apply.yml -f environment=${environment} -f plan=${planId}`;
}

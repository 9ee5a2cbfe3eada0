/** Stacks that only `bootstrap` applies: the state bucket and the IAM roles of jobs. */
export const bootstrapStacks: readonly string[] = ["state", "access"];

/** Stacks that only `bootstrap` applies: they hold everybody's states and say what everybody may do. */
export const bootstrapStacks: readonly string[] = ["state", "access"];

/** Stacks that only `bootstrap` applies, in this order: they hold everybody's states and say what everybody may do. */
export const bootstrapStacks: readonly string[] = ["state", "access"];

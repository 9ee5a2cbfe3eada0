import { Token } from "cdktf";

/** Refuses what AWS would refuse only at apply: letters, digits and single hyphens inside are allowed everywhere. */
export function checkName(prop: string, name: string): void {
  if (Token.isUnresolved(name)) return;
  if (!/^[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*$/.test(name)) {
    throw new Error(`${prop} (${name}) must be letters, digits and single hyphens between them; rename it.`);
  }
}

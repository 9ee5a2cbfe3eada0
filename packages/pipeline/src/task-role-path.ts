/** The path of all roles that an environment's stacks make; its apply role can make none outside it. */
export function taskRolePath(name: string): string {
  return `/${name}/`;
}

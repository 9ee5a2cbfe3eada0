/** The second half of an error; field and value are put before it. */
export function must(rule: string, remedy: string): string {
  return `must ${rule}; ${remedy}.`;
}

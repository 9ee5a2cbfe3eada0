/** The second half of an error message, after the field and its value. */
export function must(rule: string, remedy: string): string {
  return `must ${rule}; ${remedy}.`;
}

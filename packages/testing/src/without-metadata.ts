/** A copy without the `//` keys, which hold cdktf's version and construct paths. */
export function withoutMetadata(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json, (key, value) => (key === "//" ? undefined : value)));
}

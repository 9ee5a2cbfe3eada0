/** Lower case and without the dot at the end, as names are compared. */
export const plain = (name: string): string => name.toLowerCase().replace(/\.$/, "");

/** The names above one, the nearest first: "b.example.com" gives "example.com" and "com". */
export function namesAbove(name: string): readonly string[] {
  const labels = name.split(".");
  return labels.slice(1).map((_, index) => labels.slice(index + 1).join("."));
}

/** Whether a name lies in a zone: its own name, or one below. */
export const isWithin = (name: string, zone: string): boolean =>
  zone === "" || name === zone || name.endsWith(`.${zone}`);

/** Whether a name server is one of Route 53's. */
export const isOfRoute53 = (server: string): boolean => /^ns-\d+\.awsdns-\d+\.(com|net|org|co\.uk)$/.test(server);

export const list = (names: readonly string[]): string => names.join(", ");

/** Lists whose order means nothing to ECS, and the field that tells their items apart. */
const unordered: Record<string, string> = { environment: "name", secrets: "name", tags: "key", volumes: "name" };

/** One text for all task definitions that mean the same: sorted keys, no empty values, sorted where order means nothing. */
export function canonical(value: unknown): string {
  return JSON.stringify(normal(value, "")) ?? "";
}

function normal(value: unknown, field: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => normal(item, ""));
    const by = unordered[field];
    return by ? items.sort((a, b) => (key(a, by) < key(b, by) ? -1 : 1)) : items;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value)
    .map(([name, inner]) => [name, normal(inner, name)] as const)
    .filter(([, inner]) => !isEmpty(inner))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}

function key(item: unknown, by: string): string {
  return String((item as Record<string, unknown>)[by]);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

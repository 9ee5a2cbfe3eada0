import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** How many objects of each type the Terraform states in `folder` hold. */
export function stateCounts(folder: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".tfstate")) : [];
  for (const file of files) {
    const { resources = [] } = JSON.parse(readFileSync(join(folder, file), "utf8")) as {
      resources?: { mode: string; type: string; instances?: unknown[] }[];
    };
    for (const { mode, type, instances = [] } of resources) {
      if (mode === "managed") counts[type] = (counts[type] ?? 0) + instances.length;
    }
  }
  return counts;
}

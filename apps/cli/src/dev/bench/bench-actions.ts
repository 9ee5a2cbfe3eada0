import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Figure, measureCommand, median } from "./measure.ts";

/** Measures the total size of the action bundles and the start-up CPU time of each, minus that of an empty program. */
export function benchActions(root: string): readonly Figure[] {
  const dist = join(root, ".github/actions/dist");
  const actions = readdirSync(dist).filter((name) => existsSync(join(dist, name, "main.cjs")));
  const bytes = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".cjs"))
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
  const empty = ["-e", "0"];
  return [
    { what: `${actions.length} action bundles together`, value: bytes / 1e6, unit: "MB", limit: 1.6 },
    ...actions.map((name): Figure => {
      const above = Array.from({ length: 9 }, () => {
        // Without inputs an action fails right after it has loaded.
        const action = measureCommand({ arguments: [join(dist, name, "main.cjs")], cwd: root, exitCodes: [1] });
        return action.cpuSeconds - measureCommand({ arguments: empty, cwd: root }).cpuSeconds;
      });
      return {
        what: `${name}: first line of main, CPU above an empty program`,
        value: median(above),
        unit: "s",
        limit: 0.08,
      };
    }),
  ];
}

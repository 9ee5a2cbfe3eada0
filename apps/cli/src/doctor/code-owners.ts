import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "./checks.ts";

const file = ".github/CODEOWNERS";
/** Files that control permissions and environments. */
const protectedPaths = ["/.github/", "/apps/infra/src/environments.ts"];
/** Owner in the template. */
const placeholder = "@this-is-owner/";

/** Checks that CODEOWNERS covers the protected paths and names real owners. */
export function codeOwners(root: string): readonly Finding[] {
  if (!existsSync(join(root, file))) {
    const next = `write one that names the owners of ${protectedPaths.join(" and ")}`;
    return [{ state: "bad", what: `${file} (missing) must name who approves changes of what may touch AWS`, next }];
  }
  const rules = readFileSync(join(root, file), "utf8")
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim().split(/\s+/))
    .filter(([pattern]) => pattern !== undefined && pattern !== "");
  return protectedPaths.map((path): Finding => {
    // The last matching rule applies; a rule without owners removes them.
    const [, ...owners] = rules.findLast(([pattern = ""]) => covers(pattern, path)) ?? [];
    const shown = owners.join(" ");
    if (owners.length === 0) {
      return {
        state: "bad",
        what: `${path} (no owner) must have one in ${file}`,
        next: `add the line \`${path} @your-team\``,
      };
    }
    if (shown.includes(placeholder)) {
      const what = `the owner of ${path} (${shown}) must be people or a team of yours in ${file}`;
      return { state: "bad", what, next: "replace the placeholder by people or a team with write access" };
    }
    return { state: "good", what: `${path} belongs to ${shown}` };
  });
}

function covers(pattern: string, path: string): boolean {
  return (
    pattern === "*" || pattern === path || (pattern.endsWith("/") && path.startsWith(pattern.replace(/^(?!\/)/, "/")))
  );
}

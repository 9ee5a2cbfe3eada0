import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "./checks.ts";

const file = ".github/CODEOWNERS";
/** What decides who may do what, where. */
const protectedPaths = ["/.github/", "/apps/infra/src/environments.ts"];
/** What this template ships with. */
const placeholder = "@this-is-owner/";

/** Whether the files that decide who may do what have owners who exist. */
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
    // The last rule that fits is the one that counts; a later rule without owners takes them away.
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

import { copyFileSync, existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { parseState } from "./state/state.ts";

/**
 * Terraform writes a local state in place, so a kill can leave half a file. Then the backup, which is the state before that
 * apply, takes its place; what was made since is found in AWS again. Returns what was done, for a notice.
 */
export function recoverLocalState(path: string): string | undefined {
  if (!existsSync(path) || isWhole(path)) return undefined;
  const broken = `${path}.broken`;
  rmSync(broken, { force: true });
  renameSync(path, broken);
  const backup = `${path}.backup`;
  if (!isWhole(backup)) return `its state file was cut off and set aside as ${broken}`;
  copyFileSync(backup, path);
  return `its state file was cut off and set aside as ${broken}; the backup took its place`;
}

function isWhole(path: string): boolean {
  return existsSync(path) && parseState(readFileSync(path, "utf8")) !== undefined;
}

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Failure } from "@slipway/core";
import { runQuietly, type Workspace } from "@slipway/local-aws";

/** Builds the action bundles when their sources are not those of the last build; tells whether it did. */
export async function ensureActionBundles(workspace: Workspace, signal: AbortSignal): Promise<boolean> {
  const folder = join(workspace.root, ".github/actions");
  const stamp = join(folder, "dist/.sources");
  const hash = sourcesHash(folder, join(workspace.root, "package-lock.json"));
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return false;
  const logPath = workspace.path("logs", "build-actions.log");
  const { ok } = await runQuietly({ file: process.execPath, arguments: ["build.js"], cwd: folder, logPath, signal });
  if (!ok)
    throw new Failure(
      "the action bundles (.github/actions) must build",
      "`npm run build -w @slipway/actions` shows why",
      { logPath },
    );
  writeFileSync(stamp, hash);
  return true;
}

function sourcesHash(folder: string, lockFile: string): string {
  const hash = createHash("sha256").update(readFileSync(lockFile));
  const files = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|js|json)$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !/(^|\/)(node_modules|dist)\//.test(path) && !path.endsWith(".test.ts"))
    .sort();
  for (const path of files)
    hash
      .update(path)
      .update("\0")
      .update(readFileSync(join(folder, path)));
  return hash.digest("hex");
}

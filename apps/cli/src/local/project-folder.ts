import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import type { Workspace } from "@slipway/local-aws";
import type { App } from "./app.ts";

/** Folder of a project's state; two projects whose folders have one name must not share it. */
export function projectFolder(workspace: Workspace, app: App): string {
  if (app.own) return workspace.path("local");
  const folder = workspace.path("apps", app.project);
  const marker = join(folder, "app.json");
  mkdirSync(folder, { recursive: true });
  const known = read(marker);
  if (known !== undefined && known !== app.folder) {
    throw new Failure(
      `--app (${app.folder}) must not have the same short name (${app.project}) as ${known}`,
      "rename one of the folders, or run `npm run down` first",
    );
  }
  writeFileSync(marker, JSON.stringify({ folder: app.folder }));
  return folder;
}

function read(path: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(path, "utf8")) as { folder: string }).folder;
  } catch {
    return undefined;
  }
}

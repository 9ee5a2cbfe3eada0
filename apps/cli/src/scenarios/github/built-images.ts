import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Workspace } from "@slipway/local-aws";

const path = (workspace: Workspace) => workspace.path("github", "images");

/** Images that workflows built. They are named by the workflows, so their names say nothing of whose they are. */
export const builtImages = {
  remember(workspace: Workspace, name: string): void {
    mkdirSync(dirname(path(workspace)), { recursive: true });
    appendFileSync(path(workspace), `${name}\n`);
  },

  all(workspace: Workspace): readonly string[] {
    if (!existsSync(path(workspace))) return [];
    return [...new Set(readFileSync(path(workspace), "utf8").split("\n"))].filter((name) => name !== "");
  },
};

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Workspace } from "@slipway/local-aws";
import type { Outputs } from "@slipway/terraform";

/** What the Terraform state of one stack tells without asking anyone. */
export interface StackState {
  readonly name: string;
  readonly resources: number;
  /** Hash of the JSON that was applied last; undefined when an apply did not finish. */
  readonly sha256: string | undefined;
  readonly outputs: Outputs;
}

export interface ProjectState {
  readonly project: string;
  readonly stacks: readonly StackState[];
}

/** Own app first, then every other project of this workspace. */
export function projectStates(workspace: Workspace, ownProject: string): readonly ProjectState[] {
  const folders = [workspace.path("local"), ...children(workspace.path("apps"))];
  return folders
    .map((folder, index) => ({ project: index === 0 ? ownProject : basename(folder), stacks: stackStates(folder) }))
    .filter(({ stacks }) => stacks.length > 0);
}

function stackStates(folder: string): StackState[] {
  return children(join(folder, "state"))
    .filter((path) => path.endsWith(".tfstate"))
    .sort()
    .map((path) => {
      const name = basename(path, ".tfstate");
      const state = json(path) as {
        resources?: { mode: string; instances?: unknown[] }[];
        outputs?: Record<string, { value: unknown }>;
      };
      const resources = (state.resources ?? []).filter(({ mode }) => mode === "managed");
      return {
        name,
        resources: resources.reduce((sum, { instances = [] }) => sum + instances.length, 0),
        sha256: (json(join(folder, "applied", `${name}.json`)) as { sha256?: string }).sha256,
        outputs: Object.fromEntries(Object.entries(state.outputs ?? {}).map(([key, { value }]) => [key, value])),
      };
    });
}

const children = (folder: string) => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []);

function json(path: string): object {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as object;
  } catch {
    return {};
  }
}

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { readWorkflows } from "./read-workflows.ts";
import type { Step } from "./workflow.ts";

/** One step that runs an action of somebody else. */
export interface ThirdPartyUse {
  /** File and job that the step is in. */
  readonly where: string;
  /** `owner/name` */
  readonly action: string;
  /** Folder of the action in that repository; empty for its root. */
  readonly path: string;
  /** Commit that it is pinned to. */
  readonly ref: string;
  readonly inputs: readonly string[];
  /** Outputs that other steps read. */
  readonly outputs: readonly string[];
}

/** Every use of a third-party action in the workflows of a repository and in its composite actions. */
export function thirdPartyUses(root: string): readonly ThirdPartyUse[] {
  const workflows = [...readWorkflows(root).values()].flatMap(({ file, jobs }) =>
    Object.entries(jobs).map(([id, job]) => ({ where: `${file}, job ${id}`, steps: job.steps ?? [], all: job })),
  );
  return [...workflows, ...composites(join(root, ".github/actions"))].flatMap(({ where, steps, all }) => {
    const text = JSON.stringify(all);
    return steps.flatMap((step) => {
      const used = /^([^./][^/@]*\/[^/@]+)(?:\/([^@]*))?@(\S+)$/.exec(step.uses ?? "");
      if (used === null) return [];
      const [, action = "", path = "", ref = ""] = used;
      return [{ where, action, path, ref, inputs: Object.keys(step.with ?? {}), outputs: outputsOf(step, text) }];
    });
  });
}

function composites(folder: string) {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return names
    .map((name) => ({ name, path: join(folder, name, "action.yml") }))
    .filter(({ path }) => existsSync(path))
    .map(({ name, path }) => {
      const all = parse(readFileSync(path, "utf8")) as { runs?: { steps?: readonly Step[] } };
      return { where: `action ${name}`, steps: all.runs?.steps ?? [], all };
    });
}

function outputsOf({ id }: Step, text: string): readonly string[] {
  if (id === undefined) return [];
  const reads = text.matchAll(new RegExp(`\\bsteps\\.${id}\\.outputs\\.([\\w-]+)`, "g"));
  return [...new Set([...reads].map(([, output = ""]) => output))];
}

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import { execa } from "execa";
import { parse } from "yaml";
import { readWorkflows, type Step } from "./workflow.ts";

/**
 * Clones the repository at `commit` with GitHub's remote URL, for act to read the workflows from. Jobs check out their own
 * files.
 */
export async function checkOut(origin: string, commit: string, folder: string, repository: string): Promise<string> {
  const git = (...args: string[]) =>
    execa("git", args, { env: { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", GIT_TERMINAL_PROMPT: "0" } });
  await git("clone", "--quiet", "--shared", "--no-checkout", origin, folder);
  await git("-C", folder, "sparse-checkout", "set", "--cone", ".github");
  await git("-C", folder, "checkout", "--quiet", "--detach", commit);
  await git("-C", folder, "remote", "set-url", "origin", `https://github.com/${repository}.git`);
  const workflows = join(folder, ".github/workflows");
  for (const file of readdirSync(workflows)) {
    const path = join(workflows, file);
    writeFileSync(path, withoutNewKeys(readFileSync(path, "utf8")));
  }
  return folder;
}

/** Folder of the action that runs here in the place of `owner/name`. */
export const replacementFolder = (root: string, action: string) => join(root, "apps/cli/act-runner/actions", action);

/**
 * Arguments that make act run our replacement wherever a workflow in `repository` uses an action of somebody else, at the very commit
 * that the workflow names. `root` has the replacements.
 */
export function replacementArguments(root: string, repository: string): readonly string[] {
  const chosen = new Map<string, string>();
  for (const { action, path, ref, where } of thirdPartyUses(repository)) {
    const folder = replacementFolder(root, action);
    if (!existsSync(join(folder, path, "action.yml"))) {
      const name = join(action, path);
      throw new Failure(
        `${name} (${where}) must have a replacement, because act runs without the network`,
        `add apps/cli/act-runner/actions/${name}/action.yml`,
      );
    }
    chosen.set(`${action}@${ref}`, folder);
  }
  return [...chosen].flatMap(([use, folder]) => ["--local-repository", `${use}=${folder}`]);
}

/** A step that uses a third-party action. */
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

/**
 * Removes the keys `queue` of concurrency groups and `deployment: false` of environments from a workflow, because act's older schema
 * rejects them. act needs neither.
 * https://github.com/nektos/act/blob/v0.2.89/pkg/schema/workflow_schema.json
 */
export const withoutNewKeys = (text: string): string =>
  text.replace(/^ +(?:queue: (?:max|single)|deployment: false)\r?\n/gm, "");

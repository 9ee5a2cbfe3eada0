import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Stack } from "./stack.ts";
import { parseState } from "./state/state.ts";

/** Paths of one stack below an environment's folder. */
export interface StackFolder {
  readonly workingFolder: string;
  readonly planPath: string;
  /** Terraform's choice of providers, with their checksums. */
  readonly lockFilePath: string;
  /** Import blocks for objects found after an interrupted apply. */
  readonly importsPath: string;
  /** Certificates that the stack no longer has and that are still served. */
  readonly keptPath: string;
  /** With a local state: there from before an apply until it succeeded; holds the addresses it set out to create. */
  readonly markerPath: string;
  /** With a local state: what was applied last. */
  readonly recordPath: string;
  readonly initKeyPath: string;
  /** The local state file; undefined with another backend. */
  readonly statePath: string | undefined;
  readonly runningFolder: string;
  readonly logPath: (command: string) => string;
}

/** Lays out `<folder>/{stacks,state,logs,running,applying,applied}` and copies the stack's JSON into its working folder. */
export function stackFolder(folder: string, stack: Stack): StackFolder {
  const workingFolder = join(folder, "stacks", stack.name);
  const paths: StackFolder = {
    workingFolder,
    planPath: join(workingFolder, "plan.tfplan"),
    lockFilePath: join(workingFolder, ".terraform.lock.hcl"),
    importsPath: join(workingFolder, "adopt.tf.json"),
    keptPath: join(workingFolder, "kept.tf.json"),
    markerPath: join(folder, "applying", `${stack.name}.json`),
    recordPath: join(folder, "applied", `${stack.name}.json`),
    initKeyPath: join(workingFolder, ".terraform", "slipway-init.json"),
    statePath: stack.backend.type === "local" ? resolve(workingFolder, stack.backend.path) : undefined,
    runningFolder: join(folder, "running"),
    logPath: (command) => join(folder, "logs", `${stack.name}.${command}.log`),
  };
  mkdirSync(workingFolder, { recursive: true });
  if (paths.statePath !== undefined) mkdirSync(dirname(paths.statePath), { recursive: true });
  const text = readFileSync(join(stack.folder, "cdk.tf.json"), "utf8");
  const target = join(workingFolder, "cdk.tf.json");
  if (!existsSync(target) || readFileSync(target, "utf8") !== text) writeFileSync(target, text);
  return paths;
}

/** Import blocks in Terraform's JSON syntax: https://developer.hashicorp.com/terraform/language/import */
export function writeImports(path: string, ids: Readonly<Record<string, string>>): void {
  const entries = Object.entries(ids);
  if (entries.length === 0) rmSync(path, { force: true });
  else writeFileSync(path, JSON.stringify({ import: entries.map(([to, id]) => ({ to, id })) }, null, 2));
}

/**
 * Terraform writes a local state in place, so a kill can leave half a file. Then the backup, which is the state before that
 * apply, takes its place; what was made since is found in AWS again. Returns what was done, for a notice.
 */
export function recoverLocalState(path: string): string | undefined {
  if (!existsSync(path) || isComplete(path)) return undefined;
  const broken = `${path}.broken`;
  rmSync(broken, { force: true });
  renameSync(path, broken);
  const backup = `${path}.backup`;
  if (!isComplete(backup)) return `its state file was cut off and set aside as ${broken}`;
  copyFileSync(backup, path);
  return `its state file was cut off and set aside as ${broken}; the backup took its place`;
}

function isComplete(path: string): boolean {
  return existsSync(path) && parseState(readFileSync(path, "utf8")) !== undefined;
}

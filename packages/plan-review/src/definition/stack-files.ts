import { isUtf8 } from "node:buffer";
import { constants } from "node:fs";
import { lstat, open, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { ActionFailure } from "@slipway/core";
import type { Json } from "../plan/plan-json.ts";
import { parseStrict } from "./json.ts";
import { pathText, Refusal, refuse, shown } from "./refusal.ts";

export interface StackFile {
  readonly stack: string;
  /** The file as sentences name it: `staging/service.json`. */
  readonly file: string;
  readonly value: Json;
  /** Names of what an apply uploads, in the folder `code` beside a synth's JSON. */
  readonly code: readonly string[];
}

/** "main": a synth of main's own, which has the code of its functions beside it. "anybody": what a pull request brings, which is JSON alone. */
export type Origin = "main" | "anybody";

const mostBytes = 5_000_000;
const mostStacks = 50;
const stackName = /^[a-z][a-z0-9-]{0,62}$/;
const codeName = /^[\w-]+\.zip$/;

/** Where a synth writes the code of a stack's functions, beside its JSON. */
export const codeFolder = "code";

/** What to do about JSON that main refuses. */
export const remedy = "correct it, or first merge what teaches main (docs/reviewed-plan.md, What main accepts)";

/**
 * Reads an environment's stacks from a folder that anybody may have written: `<stack>.json`, or what cdktf wrote,
 * `stacks/<stack>/cdk.tf.json`, whose `manifest.json` is not read. Anything else in it is refused.
 */
export async function readStackFiles(folder: string, origin: Origin): Promise<readonly StackFile[]> {
  const label = basename(folder);
  const names = await namesIn(folder, label);
  const byCdktf = names.includes("stacks");
  const paths = byCdktf
    ? await cdktfPaths({ folder, label, names, origin })
    : names.map((name) => artifactPath(label, name));
  if (paths.length === 0 || paths.length > mostStacks) {
    refuseFile(label, `hold 1 to ${mostStacks} stacks`, "fewer or more");
  }
  const files: StackFile[] = [];
  for (const { stack, path, code } of paths) {
    const file = `${label}/${path}`;
    const text = await readPlain(join(folder, path), file);
    files.push({ stack, file, value: inFile(file, () => parseStrict(text)), code });
  }
  return files;
}

/** Runs a check of a file's JSON; what it refuses is named with the file. */
export function inFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { path, value } = error;
    const what = path.length === 0 ? `\`${file}\`` : `\`${pathText(path)}\` in \`${file}\``;
    const sentence = `${what}${value === undefined ? "" : ` (\`${value}\`)`} ${error.message}`;
    throw new ActionFailure("stacks-invalid", sentence, remedy);
  }
}

export function refuseFile(file: string, must: string, unknown: string): never {
  return inFile(shown(file), () => refuse([], must, unknown));
}

/** Names in a folder, sorted. A link to one, or something else in its place, is refused. */
export async function namesIn(folder: string, label: string): Promise<readonly string[]> {
  const found = await lstat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) return refuseFile(label, "be a folder", "another thing in its place");
  return (await readdir(folder)).sort();
}

interface StackPath {
  readonly stack: string;
  readonly path: string;
  readonly code: readonly string[];
}

function artifactPath(label: string, name: string): StackPath {
  const stack = name.endsWith(".json") ? name.slice(0, -".json".length) : "";
  if (!stackName.test(stack)) refuseFile(`${label}/${name}`, "be left out", "files but `<stack>.json`");
  return { stack, path: name, code: [] };
}

interface SynthFolder {
  readonly folder: string;
  readonly label: string;
  readonly names: readonly string[];
  readonly origin: Origin;
}

async function cdktfPaths({ folder, label, names, origin }: SynthFolder): Promise<readonly StackPath[]> {
  const other = names.find((name) => name !== "stacks" && name !== "manifest.json");
  if (other !== undefined) refuseFile(`${label}/${other}`, "be left out", "files but a synth's");
  const paths: StackPath[] = [];
  for (const stack of await namesIn(join(folder, "stacks"), `${label}/stacks`)) {
    const file = `${label}/stacks/${stack}`;
    if (!stackName.test(stack)) refuseFile(file, "be left out", "stacks with such a name");
    const beside = (await namesIn(join(folder, "stacks", stack), file)).filter((name) => name !== "cdk.tf.json");
    const hasCode = origin === "main" && beside.includes(codeFolder);
    const extra = beside.find((name) => !(hasCode && name === codeFolder));
    if (extra !== undefined) refuseFile(`${file}/${extra}`, "be left out", "files but `cdk.tf.json`");
    const code = hasCode ? await namesIn(join(folder, "stacks", stack, codeFolder), `${file}/${codeFolder}`) : [];
    const wrong = code.find((name) => !codeName.test(name));
    if (wrong !== undefined) refuseFile(`${file}/${codeFolder}/${wrong}`, "be left out", "files but zips of code");
    paths.push({ stack, path: join("stacks", stack, "cdk.tf.json"), code });
  }
  return paths;
}

/** The text of a plain file; neither follows a link nor waits for a pipe. */
async function readPlain(path: string, file: string): Promise<string> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(path, flags).catch(() => undefined);
  if (handle === undefined) return refuseFile(file, "be a plain file", "links, nor what it cannot read");
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) return refuseFile(file, "be a plain file", "other kinds of files");
    if (stat.size > mostBytes) return refuseFile(file, "have at most 5 MB", "larger stacks");
    const bytes = await handle.readFile();
    if (!isUtf8(bytes)) return refuseFile(file, "be UTF-8", "other encodings");
    return bytes.toString("utf8");
  } finally {
    await handle.close();
  }
}

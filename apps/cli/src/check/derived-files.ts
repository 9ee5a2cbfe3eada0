import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { Failure, type Variables } from "@slipway/core";
import { type Environment, renderWorkflow, workflowEnvironments } from "@slipway/infra";
import { synthesize } from "../environment/synthesize.ts";

/** Files that are made of `environments.ts` and the stacks, by path; undefined where there must be none. */
export type DerivedFiles = ReadonlyMap<string, string | undefined>;

const goldens = "apps/infra/golden";
const workflows = ".github/workflows";
const dependabot = ".github/dependabot.yml";

/** The Terraform JSON of every stack, without what cdktf says of itself, as the goldens keep it. */
export async function derivedGoldens(
  root: string,
  keys: readonly string[],
  variables: Variables,
): Promise<DerivedFiles> {
  const scratch = mkdtempSync(join(tmpdir(), "slipway-check-"));
  const files = new Map(goldensIn(root).map((path): [string, string | undefined] => [path, undefined]));
  try {
    for (const environment of keys) {
      const outdir = join(scratch, environment);
      for (const { name, folder } of await synthesize({ root, environment, outdir, variables })) {
        const json: unknown = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8"), withoutMetadata);
        files.set(`${goldens}/${environment}/${name}.tf.json`, asText(json));
      }
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return files;
}

function goldensIn(root: string): readonly string[] {
  if (!existsSync(join(root, goldens))) return [];
  const paths = readdirSync(join(root, goldens), { recursive: true, encoding: "utf8" });
  return paths.filter((path) => path.endsWith(".tf.json")).map((path) => `${goldens}/${path}`);
}

const withoutMetadata = (key: string, value: unknown) => (key === "//" ? undefined : value);
const asText = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** What workflows and actions read, and the workflows with what they take from `environments.ts`. */
export function derivedGithubFiles(root: string, environments: readonly Environment[]): DerivedFiles {
  const files = new Map([[".github/environments.json", asText(workflowEnvironments())]]);
  const names = readdirSync(join(root, workflows)).filter((name) => name.endsWith(".yml"));
  const paths = [...names.map((name) => `${workflows}/${name}`), dependabot];
  // Who has other means against old dependencies may delete dependabot.yml.
  for (const path of paths.filter((each) => existsSync(join(root, each)))) {
    files.set(path, rendered(basename(path), readFileSync(join(root, path), "utf8"), environments));
  }
  return files;
}

function rendered(file: string, text: string, environments: readonly Environment[]): string {
  try {
    return renderWorkflow(file, text, environments);
  } catch (error) {
    // What a workflow lacks cannot be put in, and the sentence says what it is.
    throw new Failure((error as Error).message);
  }
}

/** Paths whose content is another than it must be; JSON may be laid out in any way. */
export function staleFiles(root: string, files: DerivedFiles): readonly string[] {
  return [...files].filter(([path, wanted]) => !isFresh(join(root, path), wanted)).map(([path]) => path);
}

function isFresh(path: string, wanted: string | undefined): boolean {
  if (wanted === undefined || !existsSync(path)) return wanted === undefined && !existsSync(path);
  const found = readFileSync(path, "utf8");
  return found === wanted || (path.endsWith(".json") && compact(found) === compact(wanted));
}

/** The same JSON without its layout; the order of keys stays, because services are deployed in it. */
function compact(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}

/** Writes what they must be, and removes what must not be there. */
export function writeFiles(root: string, files: DerivedFiles, paths: readonly string[]): void {
  for (const path of paths) {
    const [file, text] = [join(root, path), files.get(path)];
    mkdirSync(dirname(file), { recursive: true });
    if (text === undefined) rmSync(file);
    else writeFileSync(file, text);
  }
}

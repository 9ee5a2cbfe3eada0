import { mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface UntrustedStacks {
  /** Folder of the artifact: `<environment>/<stack>.json`; empty for none. */
  readonly untrustedStacks: string;
  /** The same environment as main has it. */
  readonly stacksDir: string;
  readonly environment: string;
  /** Folder for working copies. */
  readonly folder: string;
}

/** Writes the checked text of what a pull request synthesized into an empty folder, where Terraform finds nothing else. */
export async function checkedStacks(stacks: UntrustedStacks): Promise<string> {
  const { untrustedStacks, stacksDir, environment, folder } = stacks;
  const { checkStacks, mainEnvironment } = await import("@slipway/plan-review/definition/check-stacks");
  const to = join(folder, "checked", environment);
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  await checkStacks({ from: untrustedStacks, to, environment, main: await mainEnvironment(stacksDir) });
  return to;
}

/** Says which environments a pull request has that main does not: no job plans them yet. */
export async function otherEnvironments({ untrustedStacks, stacksDir }: UntrustedStacks): Promise<readonly string[]> {
  if (untrustedStacks === "") return [];
  const known = new Set(await readdir(dirname(stacksDir)));
  const names = await readdir(untrustedStacks).catch(() => []);
  const others = names
    .filter((name) => !known.has(name))
    .map((name) => `\`${name.replace(/[^\w.-]/g, "?").slice(0, 60)}\``);
  if (others.length === 0) return [];
  const some = others.sort().slice(0, 5).join(", ");
  const which = others.length === 1 ? `environment ${some}` : `environments ${some}`;
  return [
    `Main does not know the ${which}: not planned here; when this is merged, \`apply\` plans what was merged and waits for approval`,
  ];
}

import { copyFile, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ActionFailure } from "@slipway/core";
import { checkDefinition } from "./check-definition.ts";
import { canonicalText } from "./json.ts";
import { type MainEnvironment, mainEnvironment, stateAddress, stateOf } from "./main-environment.ts";
import { codeFolder, inFile, namesIn, type Origin, readStackFiles } from "./stack-files.ts";

export { type MainEnvironment, mainEnvironment };

export interface CheckStacksRequest {
  /** Holds a folder for each environment, with `<stack>.json` or with what cdktf wrote; anybody may have written it. */
  readonly from: string;
  /** Where the checked stacks are written, as `readStacks` expects them. Empty or not there yet. */
  readonly to: string;
  readonly environment: string;
  readonly main: MainEnvironment;
}

export interface CheckOwnStacksRequest extends Pick<CheckStacksRequest, "to" | "environment"> {
  readonly stacksDir: string;
}

/**
 * Checks an environment's stacks against the one form that main knows and writes them anew from what was read. Nothing of the
 * folder reaches Terraform but that text, and nothing is written unless every stack is right. Returns the stacks' names.
 */
export async function checkStacks({ from, ...request }: CheckStacksRequest): Promise<readonly string[]> {
  for (const name of await namesIn(from, ".")) await namesIn(join(from, name), name);
  return writeChecked({ ...request, folder: join(from, request.environment), origin: "anybody" });
}

/**
 * The same for main's own stacks, so that what is applied is the text that was reviewed; the code of their functions comes along, which
 * an apply compares with the hash in that text. `stacksDir` holds those of one environment.
 */
export async function checkOwnStacks({ stacksDir, ...request }: CheckOwnStacksRequest): Promise<readonly string[]> {
  return writeChecked({ ...request, folder: stacksDir, origin: "main", main: await mainEnvironment(stacksDir) });
}

interface WriteCheckedRequest extends Omit<CheckStacksRequest, "from"> {
  readonly folder: string;
  readonly origin: Origin;
}

async function writeChecked({
  folder,
  origin,
  to,
  environment,
  main,
}: WriteCheckedRequest): Promise<readonly string[]> {
  const { type, keyPrefix } = main.backend;
  if (type === "s3" && keyPrefix !== `${environment}/`) {
    const what = `Main's states (\`${keyPrefix}\`) must be those of \`${environment}\``;
    throw new ActionFailure("stacks-invalid", what, "name the folder of main's stacks of this environment");
  }
  const files = await readStackFiles(folder, origin);
  const stacks = files.map(({ stack }) => stack);
  const own = stacks.map((stack) => stateAddress(stateOf(main.backend, stack)));
  const readable = [...own, ...main.readable];
  const checked = files.map(({ stack, file, value, code }) => {
    inFile(file, () => checkDefinition(value, { stack, readable, main }));
    return { stack, text: canonicalText(value), code };
  });
  await mkdir(to, { recursive: true });
  if ((await readdir(to)).length > 0) {
    throw new ActionFailure("stacks-invalid", `The folder for checked stacks (${to}) must be empty`, "name another");
  }
  // Which stack reads which is told by the remote states in their JSON, so that no manifest is needed.
  for (const { stack, text, code } of checked) {
    const stackFolder = join(to, "stacks", stack);
    await mkdir(stackFolder, { recursive: true });
    await writeFile(join(stackFolder, "cdk.tf.json"), text, { flag: "wx" });
    if (code.length > 0) await mkdir(join(stackFolder, codeFolder));
    for (const name of code) {
      await copyFile(join(folder, "stacks", stack, codeFolder, name), join(stackFolder, codeFolder, name));
    }
  }
  return stacks;
}

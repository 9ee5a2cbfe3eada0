import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ActionFailure } from "@slipway/core";
import { checkDefinition } from "./check-definition.ts";
import { canonicalText } from "./json.ts";
import { type MainEnvironment, mainEnvironment, stateAddress, stateOf } from "./main-environment.ts";
import { inFile, namesIn, readStackFiles } from "./stack-files.ts";

export { type MainEnvironment, mainEnvironment };

export interface CheckStacksRequest {
  /** Holds a folder for each environment, with `<stack>.json` or with what cdktf wrote; anybody may have written it. */
  readonly from: string;
  /** Where the checked stacks are written, as `readStacks` expects them. Empty or not there yet. */
  readonly to: string;
  readonly environment: string;
  readonly main: MainEnvironment;
}

/**
 * Checks an environment's stacks against the one form that main knows and writes them anew from what was read. Nothing of the
 * folder reaches Terraform but that text, and nothing is written unless every stack is right. Returns the stacks' names.
 */
export async function checkStacks({ from, to, environment, main }: CheckStacksRequest): Promise<readonly string[]> {
  const { type, keyPrefix } = main.backend;
  if (type === "s3" && keyPrefix !== `${environment}/`) {
    const what = `Main's states (\`${keyPrefix}\`) must be those of \`${environment}\``;
    throw new ActionFailure("stacks-invalid", what, "name the folder of main's stacks of this environment");
  }
  for (const name of await namesIn(from, ".")) await namesIn(join(from, name), name);
  const files = await readStackFiles(join(from, environment));
  const stacks = files.map(({ stack }) => stack);
  const own = stacks.map((stack) => stateAddress(stateOf(main.backend, stack)));
  const readable = [...own, ...main.readable];
  const checked = files.map(({ stack, file, value }) => {
    inFile(file, () => checkDefinition(value, { stack, readable, main }));
    return { stack, text: canonicalText(value) };
  });
  await mkdir(to, { recursive: true });
  if ((await readdir(to)).length > 0) {
    throw new ActionFailure("stacks-invalid", `The folder for checked stacks (${to}) must be empty`, "name another");
  }
  // Which stack reads which is told by the remote states in their JSON, so that no manifest is needed.
  for (const { stack, text } of checked) {
    const folder = join(to, "stacks", stack);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "cdk.tf.json"), text, { flag: "wx" });
  }
  return stacks;
}

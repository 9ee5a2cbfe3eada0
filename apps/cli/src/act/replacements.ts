import { existsSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import { thirdPartyUses } from "./third-party-uses.ts";

/** Folder of the action that runs here in the place of `owner/name`. */
export const replacementFolder = (root: string, action: string) => join(root, "apps/local/runner/actions", action);

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
        `add apps/local/runner/actions/${name}/action.yml`,
      );
    }
    chosen.set(`${action}@${ref}`, folder);
  }
  return [...chosen].flatMap(([use, folder]) => ["--local-repository", `${use}=${folder}`]);
}

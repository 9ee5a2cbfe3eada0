import { createHash } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { ECSClient } from "@aws-sdk/client-ecs";
import { ActionFailure, type ActionResult, type Log, markdown } from "@slipway/core";
import { imageDefinitions } from "@slipway/ecs-deploy/images";

export interface WriteImageDefinitionsInput {
  /** Container name and image URI. */
  readonly images: readonly (readonly [string, string])[];
  readonly path: string;
  readonly requireDigest: boolean;
  /** A task definition to check the names against; empty for none. */
  readonly taskDefinition: string;
  readonly dryRun: boolean;
}

interface Clients {
  readonly ecs: () => Promise<ECSClient>;
  readonly log: Log;
}

/** Writes the file that says which image each container gets, after checking it. */
export async function writeImageDefinitions(
  input: WriteImageDefinitionsInput,
  clients: Clients,
): Promise<ActionResult> {
  const images = input.images.map(([name, imageUri]) => ({ name, imageUri }));
  const json = imageDefinitions(images, { requireDigest: input.requireDigest });
  if (input.taskDefinition !== "")
    await checkContainers(
      images.map(({ name }) => name),
      input.taskDefinition,
      clients,
    );

  const path = resolve(input.path);
  if (!input.dryRun) await write(path, json);
  clients.log.info(`${input.dryRun ? "Dry run: would write" : "Wrote"} ${path}: ${json}`);
  const sha256 = createHash("sha256").update(json).digest("hex");
  const rows = images.map(({ name, imageUri }) => [markdown.code(name), markdown.code(imageUri)]);
  const checked =
    input.taskDefinition === "" ? "" : `\nContainer names checked against ${markdown.code(input.taskDefinition)}.\n`;
  const table = markdown.table(["Container", "Image"], ["---", "---"], rows);
  return {
    outputs: { path: input.path, json, sha256 },
    summary: `## Image definitions: ${input.dryRun ? "would be written" : "written"}\n\n${table}${checked}`,
  };
}

async function checkContainers(names: readonly string[], taskDefinition: string, { ecs }: Clients): Promise<void> {
  const { describeTaskDefinition } = await import("@slipway/ecs-deploy/task-definition");
  const { checkContainerNames } = await import("@slipway/ecs-deploy/task-definition");
  const described = await describeTaskDefinition(await ecs(), taskDefinition);
  checkContainerNames(names, described);
}

/** A reader never sees half a file. */
async function write(path: string, json: string): Promise<void> {
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(unfinished, json, "utf8");
    await rename(unfinished, path);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new ActionFailure("path-not-writable", `Path (${path}) must be writable (${text})`, "choose another `path`", {
      cause: error,
    });
  }
}

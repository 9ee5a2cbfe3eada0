import { readFile } from "node:fs/promises";
import { ActionFailure } from "@slipway/core";
import type { ImageDefinition } from "./image-definitions.ts";
import { parseImageDefinitions } from "./parse-image-definitions.ts";

/** Reads and checks the file that write-image-definitions wrote. */
export async function readImageDefinitions(path: string): Promise<ImageDefinition[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ActionFailure(
      "image-definitions-missing",
      `Image definitions (${path}) must be readable (${why})`,
      "run write-image-definitions in an earlier step",
      { cause: error },
    );
  }
  return parseImageDefinitions(path, text);
}

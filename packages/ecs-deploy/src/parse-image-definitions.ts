import { ActionFailure } from "@slipway/core";
import { type ImageDefinition, imageDefinitions } from "./image-definitions.ts";

const next = "write the file with write-image-definitions";

/** Reads the text of `imagedefinitions.json`; every image must name a digest. */
export function parseImageDefinitions(path: string, text: string): ImageDefinition[] {
  const entries = parseJson(path, text);
  if (!Array.isArray(entries)) throw invalid(path, "must be a JSON array");
  const images = entries.map((entry: unknown): ImageDefinition => {
    const isObject = typeof entry === "object" && entry !== null;
    if (!isObject || !("name" in entry) || !("imageUri" in entry))
      throw invalid(path, "must hold objects with name and imageUri");
    const { name, imageUri } = entry;
    if (typeof name !== "string" || typeof imageUri !== "string")
      throw invalid(path, "must hold text in name and imageUri");
    return { name, imageUri };
  });
  imageDefinitions(images, { requireDigest: true });
  return images;
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(path, "must be JSON");
  }
}

function invalid(path: string, must: string): ActionFailure {
  return new ActionFailure("image-definitions-invalid", `Image definitions (${path}) ${must}`, next);
}

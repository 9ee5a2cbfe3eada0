import { ActionFailure } from "@slipway/core";
import { imageReference } from "./images.ts";

export interface ImageDefinition {
  readonly name: string;
  readonly imageUri: string;
}

/** CodePipeline's limit for the file. */
const maxBytes = 100 * 1024;

/** Checks container images and gives the text of `imagedefinitions.json`. */
export function imageDefinitions(images: readonly ImageDefinition[], options: { requireDigest: boolean }): string {
  if (images.length === 0) {
    throw new ActionFailure(
      "image-definitions-invalid",
      "The images () must name at least one container",
      "give lines of container=image",
    );
  }
  const seen = new Set<string>();
  for (const { name, imageUri } of images) {
    if (!/^[\w-]{1,255}$/.test(name)) {
      throw new ActionFailure(
        "image-definitions-invalid",
        `Container name (${name}) must be 1 to 255 letters, digits, - or _`,
        "use the name in the task definition",
      );
    }
    if (seen.has(name)) {
      throw new ActionFailure(
        "image-definitions-invalid",
        `Container \`${name}\` must be named once`,
        "remove the second line",
      );
    }
    seen.add(name);
    const reference = imageReference(imageUri);
    if (!reference) {
      throw new ActionFailure(
        "image-definitions-invalid",
        `Image of \`${name}\` (${imageUri}) must be an image URI`,
        "use the image-uri output of push-image",
      );
    }
    if (options.requireDigest && reference.digest === "") {
      throw new ActionFailure(
        "image-without-digest",
        `Image of \`${name}\` (${imageUri}) must name a digest (repository@sha256:…), because a tag can move`,
        "use the image-uri output of push-image",
      );
    }
  }
  const json = JSON.stringify(images.map(({ name, imageUri }) => ({ name, imageUri })));
  const bytes = Buffer.byteLength(json, "utf8");
  if (bytes > maxBytes) {
    throw new ActionFailure(
      "image-definitions-too-large",
      `The image definitions (${bytes} bytes) must be at most ${maxBytes} bytes`,
      "name fewer containers",
    );
  }
  return json;
}

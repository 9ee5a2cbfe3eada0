import { readFile } from "node:fs/promises";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ActionFailure, clientOptions } from "@slipway/core";

export interface ImageReference {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  /** Set when the image lies in a private ECR registry. */
  readonly ecr: { readonly account: string; readonly region: string; readonly repositoryName: string } | undefined;
}

const pattern =
  /^((?:[a-z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/i;
const ecrPattern = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)\/(.+)$/;

/** The parts of an image URI; undefined when it is none. */
export function imageReference(uri: string): ImageReference | undefined {
  const match = pattern.exec(uri);
  if (!match) return undefined;
  const [, repository = "", tag = "", digest = ""] = match;
  const [, account, region, repositoryName] = ecrPattern.exec(repository) ?? [];
  const ecr = account && region && repositoryName ? { account, region, repositoryName } : undefined;
  return { repository, tag, digest, ecr };
}

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

/** A client of the registry; of another region than the session's when one is given. */
export function ecrClient(region?: string): ECRClient {
  return new ECRClient(region ? { ...clientOptions, region } : clientOptions);
}

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

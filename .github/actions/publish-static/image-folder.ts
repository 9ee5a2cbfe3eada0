import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ECRClient } from "@aws-sdk/client-ecr";
import { ActionFailure, type Log, pause } from "@slipway/core";
import { imageLayers, type Layer, layerUrl, type RegistryImage, unreadable } from "./image-manifest.ts";
import { manifestNames } from "./manifest.ts";
import { type KeptFile, Overlay } from "./overlay.ts";
import { LayerError, readLayer, type Spool } from "./read-layer.ts";

export interface ImageFolderRequest {
  readonly image: RegistryImage;
  /** Absolute path of the folder in the image. */
  readonly source: string;
  /** Its manifest, relative to the folder. */
  readonly manifest: string;
  readonly ecr: ECRClient;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** The files of an image that a manifest in it names. */
export interface ImageFolder {
  /** Name in the folder → size in bytes. */
  readonly sizes: ReadonlyMap<string, number>;
  read(name: string): Promise<Buffer>;
  /** Removes what was kept on this machine. */
  close(): Promise<void>;
}

/** Reads a folder out of an image's layers, the topmost first and no more than needed: nothing of the image is ever started. */
export async function openImageFolder(request: ImageFolderRequest): Promise<ImageFolder> {
  const temporary = await mkdtemp(join(tmpdir(), "static-files-"));
  const file = await open(join(temporary, "spool"), "w+");
  const close = async () => {
    await file.close();
    await rm(temporary, { recursive: true, force: true });
  };
  try {
    const files = await namedFiles(request, { file, size: 0 });
    const sizes = new Map([...files].map(([name, { size }]) => [name, size]));
    return { sizes, read: (name) => bytesOf(file, files.get(name) ?? { offset: 0, size: 0 }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function namedFiles(request: ImageFolderRequest, spool: Spool): Promise<ReadonlyMap<string, KeptFile>> {
  const { image, ecr, source, manifest } = request;
  const overlay = new Overlay(source);
  const layers = await imageLayers(ecr, image);
  let names: readonly string[] | undefined;
  for (const [index, layer] of [...layers].reverse().entries()) {
    const size = overlay.size;
    await addLayer(request, { layer, overlay, spool, label: `${index + 1} of ${layers.length}` });
    if (overlay.size === size) continue;
    const found = names === undefined ? fileAt(overlay, manifest, source) : undefined;
    if (found !== undefined)
      names = manifestNames((await bytesOf(spool.file, found)).toString(), `${source}/${manifest}`);
    if (names?.every((name) => fileAt(overlay, name, source) !== undefined)) break;
  }
  if (names === undefined) throw missing(overlay.size === 0 ? source : `${source}/${manifest}`, image);
  return new Map(
    names.map((name) => {
      const found = fileAt(overlay, name, source);
      if (found === undefined) throw missing(`${source}/${name}`, image);
      return [name, found];
    }),
  );
}

function fileAt(overlay: Overlay, name: string, source: string): KeptFile | undefined {
  const found = overlay.find(name);
  if (found === "outside") {
    const what = `File (${source}/${name}) must lie in ${source}, and is a link that leads out of it`;
    throw new ActionFailure("static-link-outside", what, "let collectstatic copy files, without `--link`");
  }
  return found === "missing" ? undefined : found;
}

function missing(path: string, { repositoryName, digest }: RegistryImage): ActionFailure {
  return new ActionFailure(
    "static-files-missing",
    `Path (${path}) must be in image ${repositoryName}@${digest}, in a folder that no link leads to`,
    "run `manage.py collectstatic` in the Dockerfile, or correct `source` or `manifest`",
  );
}

interface LayerRequest {
  readonly layer: Layer;
  readonly overlay: Overlay;
  readonly spool: Spool;
  readonly label: string;
}

const attempts = 3;

/** Reads one layer into the folder; a download that breaks off is begun again. */
async function addLayer(request: ImageFolderRequest, { layer, overlay, spool, label }: LayerRequest): Promise<void> {
  const { ecr, image, log, signal } = request;
  log.info(`Reading layer ${label}: ${layer.digest}`);
  for (let attempt = 1; ; attempt += 1) {
    const content = overlay.layer();
    const url = await layerUrl(ecr, image, layer.digest);
    try {
      await readLayer({ url, ...layer, signal }, spool, content);
      content.commit();
      return;
    } catch (error) {
      if (signal.aborted) throw new ActionFailure("interrupted", "Interrupted while reading the image", "run again");
      const why = error instanceof LayerError ? error.message : `layer ${layer.digest}: ${causeOf(error)}`;
      if (attempt === attempts) throw unreadable(image, why);
      log.info(`Reading it again: ${why}`);
      await pause(attempt * 300, signal);
    }
  }
}

/** `fetch` says "fetch failed", and why in the cause. */
function causeOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

async function bytesOf(file: FileHandle, { offset, size }: KeptFile): Promise<Buffer> {
  const bytes = Buffer.alloc(size);
  await file.read(bytes, 0, size, offset);
  return bytes;
}

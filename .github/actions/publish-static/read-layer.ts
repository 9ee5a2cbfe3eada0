import { createHash } from "node:crypto";
import { once } from "node:events";
import type { FileHandle } from "node:fs/promises";
import { PassThrough, Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as zlib from "node:zlib";
import { type Entry, extract } from "tar-stream";
import type { LayerContent } from "./overlay.ts";

/** Where the bytes of files are kept, one behind the other. */
export interface Spool {
  readonly file: FileHandle;
  size: number;
}

export interface LayerStream {
  readonly url: string;
  readonly digest: string;
  readonly mediaType: string;
  readonly signal: AbortSignal;
}

/** A failure of the download; its message says why. */
export class LayerError extends Error {
  override readonly name = "LayerError";
}

/** Downloads a layer, hands each of its entries to `content` and keeps the bytes that it wants. What has another digest than asked for fails. */
export async function readLayer(layer: LayerStream, spool: Spool, content: LayerContent): Promise<void> {
  const answer = await fetch(layer.url, { signal: layer.signal });
  if (!answer.ok || answer.body === null) throw new LayerError(`HTTP ${answer.status} for layer ${layer.digest}`);
  const hash = createHash("sha256");
  const hashed = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const plain = new PassThrough();
  const body = Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]);
  const tar = extract();
  const over = new AbortController();
  const signal = AbortSignal.any([layer.signal, over.signal]);
  const feed = async () => {
    for await (const chunk of plain) if (!tar.write(chunk)) await once(tar, "drain", { signal });
    tar.end();
  };
  const down = pipeline([body, hashed, ...decompression(layer), plain], { signal });
  let failure: unknown;
  const endAll = (error: Error) => {
    failure ??= error;
    over.abort();
    tar.destroy(error);
  };
  await Promise.all([down, feed(), keepEntries(tar, spool, content)].map((part) => part.catch(endAll)));
  if (failure !== undefined) throw failure;
  const digest = `sha256:${hash.digest("hex")}`;
  if (digest !== layer.digest) throw new LayerError(`layer ${layer.digest} came with digest ${digest}`);
}

function decompression({ mediaType, digest }: LayerStream): Transform[] {
  if (/[.+]gzip$/.test(mediaType)) return [zlib.createGunzip()];
  if (!/[.+]zstd$/.test(mediaType)) return [];
  // Node 22.15 brought it.
  const zstd = (zlib as { createZstdDecompress?: () => Transform }).createZstdDecompress;
  if (zstd === undefined) throw new LayerError(`layer ${digest} is compressed by zstd, which Node 24 reads`);
  return [zstd()];
}

async function keepEntries(tar: AsyncIterable<Entry>, spool: Spool, content: LayerContent): Promise<void> {
  for await (const entry of tar) {
    const { name, type, linkname, size = 0 } = entry.header;
    const offset = spool.size;
    const wanted = content.add({ name, type: type ?? "file", linkname: linkname ?? "", offset, size });
    for await (const chunk of entry) {
      if (!wanted) continue;
      await spool.file.write(chunk as Buffer, 0, (chunk as Buffer).length, spool.size);
      spool.size += (chunk as Buffer).length;
    }
  }
}

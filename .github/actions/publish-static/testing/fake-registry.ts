import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import type { ECRClient } from "@aws-sdk/client-ecr";
import { awsError } from "@slipway/core/testing/aws-error";
import { type Call, fakeClient } from "@slipway/ecs-deploy/testing/fake-client";
import { type Headers, pack } from "tar-stream";

export type Entries = readonly (readonly [Headers | string, string?])[];

const digestOf = (content: string | Buffer) => `sha256:${createHash("sha256").update(content).digest("hex")}`;

/** A layer's archive, compressed. A name alone is a file's. */
export async function layerOf(entries: Entries): Promise<Buffer> {
  const tar = pack();
  for (const [header, content = ""] of entries)
    tar.entry(typeof header === "string" ? { name: header } : header, content);
  tar.finalize();
  const parts: Buffer[] = [];
  for await (const part of tar) parts.push(part);
  return gzipSync(Buffer.concat(parts));
}

export interface FakeRegistry {
  readonly ecr: ECRClient;
  readonly calls: Call[];
  /** Adds an image of these layers, lowest first, and gives its URI by digest. */
  image(...layers: readonly Entries[]): Promise<string>;
  /** Puts an index with an attestation above an image. */
  index(uri: string): string;
  /** Changes the bytes of every layer, or how often a download breaks off first. */
  readonly faults: { corrupt: boolean; broken: number };
  /** Digests of the layers that were downloaded. */
  readonly downloads: string[];
  close(): void;
}

/** ECR's answers about images, and a real server that gives their layers. */
export async function fakeRegistry(): Promise<FakeRegistry> {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, string>();
  const faults = { corrupt: false, broken: 0 };
  const downloads: string[] = [];
  const server = createServer((request, response) => {
    const digest = request.url?.slice(1) ?? "";
    const blob = blobs.get(digest);
    if (blob === undefined) return response.writeHead(404).end();
    downloads.push(digest);
    if (faults.broken > 0) {
      faults.broken -= 1;
      response.writeHead(200, { "content-length": blob.length }).write(blob.subarray(0, 20));
      return response.socket?.destroySoon();
    }
    return response.end(faults.corrupt ? Buffer.concat([gzipSync(""), blob]) : blob);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const add = (manifest: object) => {
    const text = JSON.stringify(manifest);
    manifests.set(digestOf(text), text);
    return `111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop/web@${digestOf(text)}`;
  };
  const { client, calls } = fakeClient({
    BatchGetImage: ({ repositoryName, imageIds: [{ imageDigest }] }) => {
      if (repositoryName !== "shop/web") throw awsError("RepositoryNotFoundException", "it does not exist");
      const imageManifest = manifests.get(imageDigest);
      return { images: imageManifest === undefined ? [] : [{ imageManifest }] };
    },
    GetDownloadUrlForLayer: ({ layerDigest }) => {
      if (!blobs.has(layerDigest)) throw awsError("LayersNotFoundException", "no such layer");
      return { downloadUrl: `http://127.0.0.1:${port}/${layerDigest}` };
    },
  });
  return {
    ecr: client,
    calls,
    faults,
    downloads,
    async image(...layers) {
      const packed = await Promise.all(layers.map(layerOf));
      for (const layer of packed) blobs.set(digestOf(layer), layer);
      const mediaType = "application/vnd.oci.image.layer.v1.tar+gzip";
      return add({ layers: packed.map((layer) => ({ mediaType, digest: digestOf(layer) })) });
    },
    index(uri) {
      const digest = uri.split("@")[1] ?? "";
      const attestation = { digest: digestOf("attestation"), platform: { os: "unknown", architecture: "unknown" } };
      return add({ manifests: [attestation, { digest, platform: { os: "linux", architecture: "arm64" } }] });
    },
    close: () => void server.close(),
  };
}

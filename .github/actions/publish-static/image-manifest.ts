import { createHash } from "node:crypto";
import { BatchGetImageCommand, type ECRClient, GetDownloadUrlForLayerCommand } from "@aws-sdk/client-ecr";
import { ActionFailure, mapAwsErrors } from "@slipway/core";
import { imageReference } from "@slipway/ecs-deploy/images";

/** An image in ECR by its digest. */
export interface RegistryImage {
  readonly registryId: string;
  readonly region: string;
  readonly repositoryName: string;
  readonly digest: string;
}

/** A layer as the image's manifest names it. */
export interface Layer {
  readonly digest: string;
  readonly mediaType: string;
}

interface Manifest {
  readonly layers?: readonly Layer[];
  readonly manifests?: readonly { readonly digest: string; readonly platform?: { readonly os?: string } }[];
}

const acceptedMediaTypes = [
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
];

/** The parts of the input `image`, which must be by digest and in ECR. */
export function registryImage(uri: string): RegistryImage {
  const reference = imageReference(uri);
  const next = "use the image-uri output of push-image";
  if (reference?.ecr === undefined) {
    const what = `Input \`image\` (${uri}) must be an image in Amazon ECR`;
    throw new ActionFailure("input-invalid", what, next);
  }
  const { ecr, digest } = reference;
  if (digest === "") {
    const what = `Input \`image\` (${uri}) must name a digest (repository@sha256:…), because a tag can move`;
    throw new ActionFailure("image-without-digest", what, next);
  }
  return { registryId: ecr.account, region: ecr.region, repositoryName: ecr.repositoryName, digest };
}

/** The layers of an image, lowest first. Of one for several platforms those of the first: static files are the same in all. */
export async function imageLayers(ecr: ECRClient, image: RegistryImage): Promise<readonly Layer[]> {
  const manifest = await readManifest(ecr, image, image.digest);
  if (manifest.manifests === undefined) return manifest.layers ?? [];
  // Attestations are members of an index, too.
  const member = manifest.manifests.find(({ platform }) => platform?.os !== "unknown");
  if (member === undefined) throw unreadable(image, "its index names no image");
  return (await readManifest(ecr, image, member.digest)).layers ?? [];
}

async function readManifest(ecr: ECRClient, image: RegistryImage, imageDigest: string): Promise<Manifest> {
  const { registryId, repositoryName } = image;
  const command = new BatchGetImageCommand({
    registryId,
    repositoryName,
    imageIds: [{ imageDigest }],
    acceptedMediaTypes,
  });
  const answer = await mapAwsErrors(ecr.send(command), {
    RepositoryNotFoundException: (error) =>
      new ActionFailure(
        "repository-not-found",
        `Repository (${repositoryName}) must exist in registry ${registryId} (${error.message})`,
        "apply the registry stack, or correct `image`",
      ),
  });
  const text = answer.images?.[0]?.imageManifest;
  if (text === undefined) {
    throw new ActionFailure(
      "image-not-found",
      `Image (${repositoryName}@${imageDigest}) must be in registry ${registryId}`,
      "push it first; a lifecycle rule may have removed it",
    );
  }
  if (`sha256:${createHash("sha256").update(text).digest("hex")}` !== imageDigest) {
    throw unreadable(image, `what the registry gives for ${imageDigest} has another digest`);
  }
  return JSON.parse(text) as Manifest;
}

/** An address from which a layer can be downloaded for an hour. */
export async function layerUrl(ecr: ECRClient, image: RegistryImage, layerDigest: string): Promise<string> {
  const { registryId, repositoryName } = image;
  const command = new GetDownloadUrlForLayerCommand({ registryId, repositoryName, layerDigest });
  const { downloadUrl } = await mapAwsErrors(ecr.send(command), {
    LayersNotFoundException: (error) => unreadable(image, `layer ${layerDigest}: ${error.message}`),
  });
  return downloadUrl ?? "";
}

/** The failure for an image whose content cannot be had. */
export function unreadable({ repositoryName, digest }: RegistryImage, why: string): ActionFailure {
  const what = `Image (${repositoryName}@${digest}) must be readable from its registry (${why})`;
  return new ActionFailure("image-unreadable", what, "run again; if it stays, build and push the image anew");
}

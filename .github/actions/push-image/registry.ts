import { BatchGetImageCommand, type ECRClient, type Image, type ImageIdentifier } from "@aws-sdk/client-ecr";

export interface RegistryImage {
  readonly tag: string;
  readonly digest: string;
  readonly manifest: string;
  readonly mediaType: string;
  /** Every digest by which a docker engine may know this image: manifest, configuration, and those of an index's members. */
  readonly identities: ReadonlySet<string>;
}

export interface Repository {
  readonly name: string;
  readonly registryId: string;
}

const acceptedMediaTypes = [
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
];

/** What the tags point at in ECR; tags that are free are absent. */
export async function registryImages(
  ecr: ECRClient,
  repository: Repository,
  tags: readonly string[],
): Promise<RegistryImage[]> {
  const images = await Promise.all(tags.map((tag) => registryImage(ecr, repository, tag)));
  return images.filter((image) => image !== undefined);
}

async function registryImage(ecr: ECRClient, repository: Repository, tag: string): Promise<RegistryImage | undefined> {
  const [image] = await getImages(ecr, repository, [{ imageTag: tag }]);
  if (!image) return undefined;
  const manifest = parseManifest(image);
  const members = (manifest.manifests ?? []).map(({ digest }) => digest);
  const memberImages =
    members.length > 0
      ? await getImages(
          ecr,
          repository,
          members.map((imageDigest) => ({ imageDigest })),
        )
      : [];
  const digest = image.imageId?.imageDigest ?? "";
  const configurations = [manifest, ...memberImages.map(parseManifest)].flatMap(({ config }) => config?.digest ?? []);
  return {
    tag,
    digest,
    manifest: image.imageManifest ?? "",
    mediaType: image.imageManifestMediaType ?? manifest.mediaType ?? "",
    identities: new Set([digest, ...members, ...configurations]),
  };
}

async function getImages(ecr: ECRClient, repository: Repository, imageIds: ImageIdentifier[]): Promise<Image[]> {
  const { name: repositoryName, registryId } = repository;
  const answer = await ecr.send(new BatchGetImageCommand({ registryId, repositoryName, imageIds, acceptedMediaTypes }));
  return answer.images ?? [];
}

interface Manifest {
  mediaType?: string;
  config?: { digest: string };
  manifests?: { digest: string }[];
}

function parseManifest(image: Image): Manifest {
  return JSON.parse(image.imageManifest || "{}") as Manifest;
}

import { DescribeRepositoriesCommand, type ECRClient, PutImageCommand } from "@aws-sdk/client-ecr";
import { ActionFailure, type ActionResult, type Log, mapAwsErrors, markdown } from "@slipway/core";
import { type DockerClient, dockerPush, type LocalImage, localImage } from "./docker.ts";
import { type RegistryImage, type Repository, registryImages } from "./registry.ts";

export interface PushImageInput {
  /** A reference in the local docker. */
  readonly image: string;
  readonly repository: string;
  /** Another account's registry; empty for the session's own. */
  readonly registryId: string;
  readonly tags: readonly string[];
  readonly expectedPort: number | undefined;
  /** `linux/arm64`; empty for any. */
  readonly expectedPlatform: string;
  readonly dryRun: boolean;
  /** What a tag that points at another image means; default "compare": a failure. */
  readonly ifTagExists?: "compare" | "keep";
}

interface Clients {
  readonly ecr: ECRClient;
  readonly docker: DockerClient;
  readonly log: Log;
}

/** Pushes a local image under tags that never move, and says by which digest it is to be deployed. */
export async function pushImage(input: PushImageInput, { ecr, docker, log }: Clients): Promise<ActionResult> {
  checkNames(input);
  const local = await localImage(docker, input.image, input);
  remarkPort(local, input, log);
  const { repository, uri } = await describeRepository(ecr, input);
  const registry = uri.slice(0, uri.indexOf("/"));

  const before = await registryImages(ecr, repository, input.tags);
  const [known] = before;
  if (input.ifTagExists === "keep" && known !== undefined && before.length === input.tags.length) {
    return existingResult({ input, uri, local, known: checkSameDigest(before, known), log });
  }
  rejectMovedTags(before, local, input);
  const free = input.tags.filter((tag) => !before.some((image) => image.tag === tag));
  const facts = { repository: input.repository, uri, tags: input.tags, local };
  if (input.dryRun) {
    log.info(
      free.length > 0 ? `Dry run: would push ${free.join(", ")} to ${uri}` : `Dry run: ${uri} has this image already`,
    );
    const digest = known?.digest ?? "";
    const outputs = { "image-uri": digest ? `${uri}@${digest}` : "", digest, registry, pushed: "false" };
    return {
      outputs,
      summary: pushSummary({ ...facts, digest, state: free.length > 0 ? "would be pushed" : "unchanged" }),
    };
  }

  if (free.length > 0) await push({ input, free, known, repository }, { ecr, docker, log });
  const digest = await verified({ ecr, repository, local, input });
  const imageUri = `${uri}@${digest}`;
  log.info(free.length > 0 ? `Pushed ${imageUri}` : `Already there, nothing pushed: ${imageUri}`);
  return {
    outputs: { "image-uri": imageUri, digest, registry, pushed: String(free.length > 0) },
    summary: pushSummary({ ...facts, digest, state: free.length > 0 ? "pushed" : "unchanged" }),
  };
}

/** EXPOSE changes nothing about where a container listens, so it is no condition: the load balancer's health check finds out. */
function remarkPort({ ports }: LocalImage, { image, expectedPort }: PushImageInput, log: Log): void {
  if (expectedPort === undefined || ports.includes(`${expectedPort}/tcp`)) return;
  const ask = `the task is asked on ${expectedPort}`;
  if (ports.length === 0) log.info(`Image (${image}) exposes no port; ${ask}`);
  else
    log.warning(
      `Image (${image}) exposes ${ports.join(", ")}, and ${ask}: correct EXPOSE or the service's port if it does not answer there.`,
    );
}

interface ExistingImage {
  readonly input: PushImageInput;
  readonly uri: string;
  readonly local: LocalImage;
  readonly known: RegistryImage;
  readonly log: Log;
}

/** A second build of a commit is another image; the first one was reviewed, tested and deployed. */
function existingResult({ input, uri, local, known: { digest }, log }: ExistingImage): ActionResult {
  log.info(`Kept, nothing pushed: ${input.tags.join(", ")} is ${uri}@${digest} already`);
  return {
    outputs: { "image-uri": `${uri}@${digest}`, digest, registry: uri.slice(0, uri.indexOf("/")), pushed: "false" },
    summary: pushSummary({ repository: input.repository, uri, tags: input.tags, local, digest, state: "kept" }),
  };
}

function checkSameDigest(images: readonly RegistryImage[], first: RegistryImage): RegistryImage {
  const other = images.find(({ digest }) => digest !== first.digest);
  if (other === undefined) return first;
  throw new ActionFailure(
    "tag-points-elsewhere",
    `Tags \`${first.tag}\` and \`${other.tag}\` must point at one image, but point at ${first.digest} and ${other.digest}`,
    "keep one of them, or give a new tag",
  );
}

function checkNames({ tags, repository }: PushImageInput): void {
  if (tags.length === 0)
    throw new ActionFailure("input-invalid", "Input `tags` () must name a tag", "give the commit's SHA");
  for (const tag of tags) {
    if (!/^\w[\w.-]{0,127}$/.test(tag)) {
      throw new ActionFailure(
        "input-invalid",
        `Tag (${tag}) must be up to 128 letters, digits, . _ or -, not starting with . or -`,
        "use the commit's SHA",
      );
    }
  }
  if (!/^[a-z0-9]+([._/-]+[a-z0-9]+)*$/.test(repository) || /\.dkr[.-]ecr/.test(repository)) {
    throw new ActionFailure(
      "input-invalid",
      `Repository (${repository}) must be a name without its registry`,
      "use the `repository_name` output of the registry stack",
    );
  }
}

async function describeRepository(
  ecr: ECRClient,
  input: PushImageInput,
): Promise<{ repository: Repository; uri: string }> {
  const command = new DescribeRepositoriesCommand({
    repositoryNames: [input.repository],
    ...(input.registryId ? { registryId: input.registryId } : {}),
  });
  const answer = await mapAwsErrors(ecr.send(command), {
    RepositoryNotFoundException: (error) =>
      new ActionFailure(
        "repository-not-found",
        `Repository (${input.repository}) must exist in ${input.registryId || "this account's"} registry (${error.message})`,
        "apply the registry stack, or check the account and region of the credentials",
      ),
  });
  const found = answer.repositories?.[0];
  return {
    repository: { name: input.repository, registryId: found?.registryId ?? "" },
    uri: found?.repositoryUri ?? "",
  };
}

function rejectMovedTags(images: readonly RegistryImage[], local: LocalImage, input: PushImageInput): void {
  for (const image of images) {
    if (isSame(image, local)) continue;
    const there = `${image.digest} (image ${[...image.identities].at(-1)})`;
    const here = local.repositoryDigests[0] ? `${local.repositoryDigests[0]} (image ${local.id})` : `image ${local.id}`;
    throw new ActionFailure(
      "tag-points-elsewhere",
      `Tag \`${image.tag}\` in \`${input.repository}\` already points at ${there}; this build is ${here}`,
      "push it under a new tag: a tag that was deployed must not move",
      { outputs: { digest: image.digest, pushed: "false" } },
    );
  }
}

function isSame(image: RegistryImage, local: LocalImage): boolean {
  return image.identities.has(local.id) || local.repositoryDigests.includes(image.digest);
}

interface Push {
  readonly input: PushImageInput;
  readonly free: readonly string[];
  readonly known: RegistryImage | undefined;
  readonly repository: Repository;
}

/** Pushes once; every further tag is put on the manifest that is there, so that all have one digest. */
async function push({ input, free, known, repository }: Push, { ecr, docker, log }: Clients): Promise<void> {
  let image = known;
  if (!image) {
    const [first = ""] = free;
    await dockerPush({ image: input.image, repository, tag: first }, { ecr, docker, log });
    [image] = await registryImages(ecr, repository, [first]);
  }
  for (const imageTag of free) {
    if (!image || imageTag === image.tag) continue;
    const command = new PutImageCommand({
      registryId: repository.registryId,
      repositoryName: repository.name,
      imageManifest: image.manifest,
      imageManifestMediaType: image.mediaType,
      imageDigest: image.digest,
      imageTag,
    });
    await ecr.send(command);
    log.info(`Tagged ${imageTag}`);
  }
}

interface Verification {
  readonly ecr: ECRClient;
  readonly repository: Repository;
  readonly local: LocalImage;
  readonly input: PushImageInput;
}

/** Asks the registry what the tags point at now. */
async function verified({ ecr, repository, local, input }: Verification): Promise<string> {
  const images = await registryImages(ecr, repository, input.tags);
  rejectMovedTags(images, local, input);
  const missing = input.tags.filter((tag) => !images.some((image) => image.tag === tag));
  const digests = new Set(images.map((image) => image.digest));
  if (missing.length > 0 || digests.size !== 1) {
    const state = missing.length > 0 ? `${missing.join(", ")} not found` : `digests ${[...digests].join(" and ")}`;
    throw new ActionFailure(
      "verification-failed",
      `After the push the tags must all point at one digest (${state})`,
      "run again",
    );
  }
  return images[0]?.digest ?? "";
}

export interface PushReport {
  readonly repository: string;
  readonly uri: string;
  readonly tags: readonly string[];
  readonly local: LocalImage;
  readonly digest: string;
  readonly state: "pushed" | "unchanged" | "kept" | "would be pushed";
}

/** The job summary of a push. */
function pushSummary({ repository, uri, tags, local, digest, state }: PushReport): string {
  const facts = markdown.facts([
    ["Image", markdown.code(digest ? `${uri}@${digest}` : uri)],
    ["Tags", tags.map(markdown.code).join(", ")],
    ["Platform", markdown.word(local.platform)],
    ["Ports", markdown.word(local.ports.join(", "))],
    ["Size", `${Math.round(local.bytes / 1_000_000)} MB`],
  ]);
  const note = {
    pushed: "",
    unchanged: "\nEvery tag already points at this image: nothing was pushed.\n",
    kept: "\nThe tag was there already: what it points at is deployed, this build is not.\n",
    "would be pushed": "\nDry run: nothing was pushed.\n",
  };
  return `## Image \`${repository}\`: ${state}\n\n${facts}${note[state]}`;
}

import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import dockerignore from "@balena/dockerignore";
import { Failure } from "@slipway/core";
import type { App } from "./app.ts";
import { awsReads, clientSettings } from "./aws-reads.ts";
import type { Delivery } from "./delivery.ts";

/** An image in the local docker, and the tag it gets in the registry. */
export interface LocalImage {
  readonly name: string;
  readonly tag: string;
  readonly how: "built" | "already built" | "taken from the registry";
}

/** What an image is built with. */
export type ImageRequest = Omit<Delivery, "folder">;

/** Images of one workspace have this prefix, so that `npm run down` finds them. */
export const imagePrefix = (id: string) => `slipway-${id}`;

/** Returns the app's image, which is built if neither Docker nor the registry has it. */
async function ensureImage(
  delivery: ImageRequest,
  repository: string | undefined,
  log: (line: string) => void,
): Promise<LocalImage> {
  const { app, docker, home, signal } = delivery;
  const { folder: context, dockerfile, target, platform, buildArgs } = app;
  const tag = contentHash({ context, dockerfile, target, platform, buildArgs });
  return ensure(delivery, { tag, repository }, (name) =>
    docker.build({
      ...{ context, dockerfile, buildArgs, tag: name, platform },
      ...(target === undefined ? {} : { target }),
      logPath: home.path("logs", "docker-build.log"),
      onLine: log,
      signal,
    }),
  );
}

/** An image made of another one by a few Dockerfile lines. */
export async function ensureDerivedImage(
  delivery: ImageRequest,
  base: { readonly image: LocalImage; readonly repository: string },
  variant: { readonly name: string; readonly lines: readonly string[] },
): Promise<LocalImage> {
  const { app, docker, home, signal } = delivery;
  const { platform } = app;
  const text = [`FROM ${base.image.name}`, ...variant.lines, ""].join("\n");
  const context = mkdtempSync(join(tmpdir(), "slipway-variant-"));
  try {
    const dockerfile = join(context, "Dockerfile");
    writeFileSync(dockerfile, text);
    const tag = `${contentHash({ context, dockerfile, platform, buildArgs: {} })}-${variant.name}`;
    return await ensure(delivery, { tag, repository: base.repository }, (name) =>
      docker.build({
        ...{ context, tag: name, platform, signal },
        logPath: home.path("logs", `docker-build-${variant.name}.log`),
      }),
    );
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

async function ensure(
  delivery: ImageRequest,
  { tag, repository }: { tag: string; repository: string | undefined },
  build: (name: string) => Promise<void>,
): Promise<LocalImage> {
  const { app, docker, variables, home, signal } = delivery;
  const name = `${imagePrefix(home.id)}/${app.project}:${tag}`;
  if ((await docker.attempt(["image", "inspect", name])).ok) return { name, tag, how: "already built" };
  const digest = repository === undefined ? undefined : await awsReads(variables).imageDigest(repository, tag);
  // A rebuild of the same content can have another digest, and tags are immutable, so the pushed image is pulled.
  if (digest !== undefined && (await pull(delivery, `${repository}@${digest}`, name))) {
    return { name, tag, how: "taken from the registry" };
  }
  await build(name);
  signal.throwIfAborted();
  return { name, tag, how: "built" };
}

async function pull({ docker, port, variables, home }: ImageRequest, image: string, name: string): Promise<boolean> {
  const { ECRClient, GetAuthorizationTokenCommand } = await import("@aws-sdk/client-ecr");
  const answer = await new ECRClient(clientSettings(variables)).send(new GetAuthorizationTokenCommand({}));
  const auth = answer.authorizationData?.[0]?.authorizationToken ?? "";
  const configuration = home.path("runner", "docker-config");
  mkdirSync(configuration, { recursive: true });
  try {
    const host = `127.0.0.1:${port}`;
    writeFileSync(join(configuration, "config.json"), JSON.stringify({ auths: { [host]: { auth } } }), { mode: 0o600 });
    const environment = { DOCKER_CONFIG: configuration };
    if (!(await docker.attempt(["pull", "--quiet", `${host}/${image}`], { variables: environment })).ok) return false;
    return (await docker.attempt(["tag", `${host}/${image}`, name])).ok;
  } finally {
    rmSync(configuration, { recursive: true, force: true });
  }
}

/** Builds the app's image before any apply, so that a broken Dockerfile fails within seconds. */
export async function buildImage(delivery: ImageRequest, repository: string | undefined): Promise<LocalImage> {
  const { reporter, docker, app } = delivery;
  return reporter.step("Image", async (step) => {
    const image = await ensureImage(delivery, repository, () => {});
    const inspected = JSON.parse(await docker.exec(["image", "inspect", image.name]))[0] as InspectedImage;
    checkPlatform(inspected, image.name, app);
    const remark = portRemark(inspected.Config?.ExposedPorts ?? null, app);
    if (remark !== undefined) step.print(remark);
    step.result(`${image.tag}, ${image.how}`);
    return image;
  });
}

interface InspectedImage {
  readonly Os: string;
  readonly Architecture: string;
  readonly Config?: { readonly ExposedPorts?: Readonly<Record<string, object>> | null };
}

/** Refuses an image that the service's tasks could not run: its base has one platform only, or the Dockerfile names another. */
export function checkPlatform(
  { Os, Architecture }: Pick<InspectedImage, "Os" | "Architecture">,
  name: string,
  { platform }: Pick<App, "platform">,
): void {
  if (`${Os}/${Architecture}` === platform) return;
  throw new Failure(
    `image (${name}) must be for ${platform}, which the service's architecture asks for, not for ${Os}/${Architecture}`,
    "take `--platform` out of its FROM, start from a base image that has that platform, or change `architecture` in apps/infra/src/environments.ts",
  );
}

/** What EXPOSE says of the port. Whether the container answers there is for the load balancer to find out. */
export function portRemark(
  exposed: Readonly<Record<string, object>> | null,
  { own, port }: Pick<App, "own" | "port">,
): string | undefined {
  const ports = Object.keys(exposed ?? {}).map((name) => name.replace("/tcp", ""));
  if (ports.includes(String(port))) return undefined;
  if (ports.length === 0) return `the Dockerfile exposes no port: ${port} is asked`;
  const remedy = own ? "`port` in apps/infra/src/environments.ts changes that" : `--port ${ports[0]} changes that`;
  return `⚠ the Dockerfile exposes ${ports.join(", ")}, and ${port} is asked: ${remedy}`;
}

export interface ContentRequest {
  readonly context: string;
  readonly dockerfile: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly target?: string | undefined;
  readonly platform?: string;
}

/** A hash of everything that determines the image: files in the build context, Dockerfile, stage, platform and build arguments. */
export function contentHash({ context, dockerfile, buildArgs, target = "", platform = "" }: ContentRequest): string {
  const hash = createHash("sha256");
  const add = (...parts: (string | Buffer)[]) => {
    for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  };
  add(readFileSync(dockerfile), target, platform);
  for (const name of Object.keys(buildArgs).sort()) add(name, buildArgs[name] as string);
  for (const path of filesOf(context, dockerfile)) {
    const full = join(context, path);
    const stat = lstatSync(full);
    if (stat.isSymbolicLink()) add(path, "link", readlinkSync(full));
    else add(path, stat.mode & 0o111 ? "x" : "-", readFileSync(full));
  }
  return hash.digest("hex").slice(0, 16);
}

function filesOf(context: string, dockerfile: string): string[] {
  const ignore = dockerignore({ ignorecase: false });
  // The ignore file beside the Dockerfile replaces the context's.
  const file = [`${dockerfile}.dockerignore`, join(context, ".dockerignore")].find((path) => existsSync(path));
  if (file !== undefined) ignore.add(readFileSync(file, "utf8"));
  return readdirSync(context, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => join(entry.parentPath, entry.name).slice(context.length + 1))
    .filter((path) => !ignore.ignores(path))
    .sort();
}

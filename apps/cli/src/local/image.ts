import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { awsReads, clientSettings } from "./aws-reads.ts";
import { contentHash } from "./content-hash.ts";
import type { Delivery } from "./delivery.ts";

/** An image in the local docker, and the tag it gets in the registry. */
export interface LocalImage {
  readonly name: string;
  readonly tag: string;
  readonly how: "built" | "already built" | "taken from the registry";
}

/** Images of one workspace have this prefix, so that `npm run down` finds them. */
export const imagePrefix = (id: string) => `slipway-${id}`;

/** The app's image: built when neither the local docker nor the registry has this content. */
export async function ensureImage(
  delivery: Delivery,
  repository: string | undefined,
  log: (line: string) => void,
): Promise<LocalImage> {
  const { app, docker, workspace, signal } = delivery;
  const tag = contentHash({ context: app.folder, dockerfile: app.dockerfile, buildArgs: app.buildArgs });
  return ensure(delivery, { tag, repository }, (name) =>
    docker.build({
      context: app.folder,
      dockerfile: app.dockerfile,
      tag: name,
      buildArgs: app.buildArgs,
      logPath: workspace.path("logs", "docker-build.log"),
      onLine: log,
      signal,
    }),
  );
}

/** An image made of another one by a few Dockerfile lines. */
export async function ensureDerivedImage(
  delivery: Delivery,
  base: { readonly image: LocalImage; readonly repository: string },
  variant: { readonly name: string; readonly lines: readonly string[] },
): Promise<LocalImage> {
  const { docker, workspace, signal } = delivery;
  const text = [`FROM ${base.image.name}`, ...variant.lines, ""].join("\n");
  const context = mkdtempSync(join(tmpdir(), "slipway-variant-"));
  try {
    const dockerfile = join(context, "Dockerfile");
    writeFileSync(dockerfile, text);
    const tag = `${contentHash({ context, dockerfile, buildArgs: {} })}-${variant.name}`;
    return await ensure(delivery, { tag, repository: base.repository }, (name) =>
      docker.build({ context, tag: name, logPath: workspace.path("logs", `docker-build-${variant.name}.log`), signal }),
    );
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

async function ensure(
  delivery: Delivery,
  { tag, repository }: { tag: string; repository: string | undefined },
  build: (name: string) => Promise<void>,
): Promise<LocalImage> {
  const { app, docker, variables, workspace, signal } = delivery;
  const name = `${imagePrefix(workspace.id)}/${app.project}:${tag}`;
  if ((await docker.attempt(["image", "inspect", name])).ok) return { name, tag, how: "already built" };
  const digest = repository === undefined ? undefined : await awsReads(variables).imageDigest(repository, tag);
  // The same content built again can have another digest, and tags do not move: what the registry has is taken back.
  if (digest !== undefined && (await pull(delivery, `${repository}@${digest}`, name))) {
    return { name, tag, how: "taken from the registry" };
  }
  await build(name);
  signal.throwIfAborted();
  return { name, tag, how: "built" };
}

async function pull({ docker, port, variables, workspace }: Delivery, image: string, name: string): Promise<boolean> {
  const { ECRClient, GetAuthorizationTokenCommand } = await import("@aws-sdk/client-ecr");
  const answer = await new ECRClient(clientSettings(variables)).send(new GetAuthorizationTokenCommand({}));
  const auth = answer.authorizationData?.[0]?.authorizationToken ?? "";
  const configuration = workspace.path("runner", "docker-config");
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

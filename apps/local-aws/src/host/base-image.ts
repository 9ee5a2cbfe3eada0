import { readFileSync } from "node:fs";
import { Failure } from "@slipway/core";
import type { Docker } from "./docker-client.ts";
import { type DockerfileOptions, dockerfileBases } from "./dockerfile-bases.ts";
import { fallbackImage } from "./fallback-base-image.ts";
import { type Host, thisHost } from "./host.ts";
import { type OfficialPython, officialPython } from "./python.ts";

export interface BaseImageOptions extends DockerfileOptions {
  readonly log?: (line: string) => void;
  readonly host?: Host;
}

const label = "slipway.stand-in";

/**
 * Provides every base image of a Dockerfile: it is present, pulled or, if no registry can be reached, an official
 * Python image is replaced by a fallback image from Debian's packages. Returns warnings, one line each.
 */
export async function ensureBaseImages(
  dockerfile: string,
  docker: Docker,
  homeFolder: string,
  options: BaseImageOptions = {},
): Promise<string[]> {
  const { images } = dockerfileBases(readFileSync(dockerfile, "utf8"), options);
  if (images.includes("")) {
    throw new Failure(`FROM (${dockerfile}) must name an image`, "give its ARG a default or pass --build-arg");
  }
  const warnings: string[] = [];
  for (const image of images) {
    const warning = await ensureImage(image, docker, homeFolder, options);
    if (warning !== undefined) warnings.push(warning);
  }
  return warnings;
}

async function ensureImage(
  image: string,
  docker: Docker,
  homeFolder: string,
  { log = () => {}, host = thisHost() }: BaseImageOptions,
): Promise<string | undefined> {
  const python = officialPython(image);
  const present = await docker.attempt(["image", "inspect", "--format", `{{index .Config.Labels "${label}"}}`, image]);
  const presentKey = present.stdout.trim();
  if (present.ok && (presentKey === "" || presentKey === "<no value>" || python === undefined)) return undefined;

  if (!present.ok) {
    const reason = await pull(image, docker, log);
    if (reason === undefined) return undefined;
    const canMakeFallback = host.isDebian || host.find("mmdebstrap").length > 0;
    if (python === undefined || !canMakeFallback) throw unobtainable(image, reason);
  }
  if (python === undefined) return undefined;
  const fallback = fallbackImage(python, homeFolder, host);
  if (presentKey !== fallback.key) {
    const archive = await fallback.archive(log);
    const changes = [...fallback.settings, `LABEL ${label}=${fallback.key}`];
    await docker.exec(["import", ...changes.flatMap((change) => ["--change", change]), archive, image]);
  }
  return pythonWarning(image, python);
}

function pythonWarning(image: string, python: OfficialPython): string | undefined {
  if (python.minor === undefined || python.minor === python.releasePython) return undefined;
  return `${image} cannot be pulled here: its fallback image has Python ${python.releasePython}, not ${python.minor}.`;
}

/** Pulls the image; returns undefined on success, else the registry's error. */
async function pull(image: string, docker: Docker, log: (line: string) => void): Promise<string | undefined> {
  log(`Pulling ${image}`);
  const pulled = await docker.attempt(["pull", "--quiet", image]);
  if (pulled.ok) return undefined;
  const reason =
    pulled.stderr
      .trim()
      .split("\n")
      .at(-1)
      ?.replace(/^Error response from daemon: /, "") ?? "";
  // The registry does not know the name, so a fallback image would hide the mistake.
  if (/manifest unknown|manifest for .* not found|invalid reference|repository does not exist/i.test(reason)) {
    throw new Failure(
      `base image (${image}) must exist in its registry, which said: ${reason}`,
      "correct it in the Dockerfile",
    );
  }
  return reason;
}

function unobtainable(image: string, reason: string): Failure {
  const official = officialPython(image) !== undefined;
  const remedy = official
    ? "connect to its registry (on Debian and Ubuntu a fallback image would be made)"
    : "connect to its registry, or start from an official Debian-based python image without a digest, for which a fallback image can be made";
  return new Failure(`base image (${image}) must be pullable; ${remedy}. Docker said: ${reason}`);
}

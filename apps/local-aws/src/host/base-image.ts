import { readFileSync } from "node:fs";
import { Failure } from "@slipway/core";
import type { Docker } from "./docker-client.ts";
import { type BaseImage, type DockerfileOptions, dockerfileBases, ownPlatform } from "./dockerfile-bases.ts";
import { fallbackImage } from "./fallback-base-image.ts";
import { type Host, thisHost } from "./host.ts";
import { type OfficialPython, officialPython } from "./python.ts";

export interface BaseImageOptions extends DockerfileOptions {
  readonly log?: (line: string) => void;
  readonly host?: Host;
}

const label = "slipway.stand-in";

/** The base images of a Dockerfile, from nothing but its text; a `FROM` without a name is an error, and so is a target that it does not have. */
export function readBaseImages(dockerfile: string, options: DockerfileOptions = {}): readonly BaseImage[] {
  const { images, stages } = dockerfileBases(readFileSync(dockerfile, "utf8"), options);
  const { target } = options;
  if (
    target !== undefined &&
    !/^\d+$/.test(target) &&
    !stages.some((each) => each.toLowerCase() === target.toLowerCase())
  ) {
    const names = stages.length === 0 ? "it names none: leave it out" : `it has ${stages.join(", ")}`;
    throw new Failure(`target (${target}) must be a stage of ${dockerfile}`, names);
  }
  const unnamed = images.find(({ image }) => image === "");
  if (unnamed !== undefined) {
    const where = `${dockerfile}, ${lines(unnamed)}`;
    throw new Failure(`FROM (${where}) must name an image`, "give its ARG a default or pass --build-arg");
  }
  return images;
}

/**
 * Provides every base image of a Dockerfile: it is present, pulled or, if no registry can be reached, an official
 * Python image is replaced by a fallback image from Debian's packages. All are asked for before one is made, and all that cannot be had
 * are one error. Returns warnings, one line each.
 */
export async function ensureBaseImages(
  dockerfile: string,
  docker: Docker,
  homeFolder: string,
  options: BaseImageOptions = {},
): Promise<string[]> {
  const images = readBaseImages(dockerfile, { ...options, skipsStages: docker.buildkit });
  const answers = await Promise.all(
    images.map(async (base) => ({ base, ...(await ask(base.image, docker, options)) })),
  );
  const missing = answers.filter(({ problem }) => problem !== undefined);
  if (missing.length > 0) {
    const each = missing.map(({ base, problem }) => `${base.image} (${lines(base)}; ${problem})`).join(", ");
    throw new Failure(
      `every base image of ${dockerfile} must be pullable, and ${each} ${missing.length === 1 ? "is" : "are"} not`,
      [...new Set(missing.map(({ remedy }) => remedy))].join("; "),
    );
  }
  const warnings: string[] = [];
  for (const { base, python, presentKey } of answers) {
    if (python !== undefined)
      warnings.push(...(await makeFallback(base.image, { python, presentKey }, { docker, homeFolder, options })));
  }
  return warnings;
}

const lines = ({ lines: all }: BaseImage) => `line ${all.join(" and ")}`;

interface Answer {
  /** Set when a fallback image must replace it. */
  readonly python?: OfficialPython;
  /** Recipe of the fallback image that is here. */
  readonly presentKey?: string;
  /** Why it cannot be had at all. */
  readonly problem?: string;
  readonly remedy?: string;
}

/** Whether an image is here or can be pulled, which it then is. */
async function ask(image: string, docker: Docker, options: BaseImageOptions): Promise<Answer> {
  const { log = () => {}, host = thisHost(), platform = ownPlatform } = options;
  const python = officialPython(image);
  const format = `{{.Os}}/{{.Architecture}} {{index .Config.Labels "${label}"}}`;
  const inspected = await docker.attempt(["image", "inspect", "--format", format, image]);
  const [, presentPlatform, presentKey = ""] = /^(\S*) ?(.*)$/.exec(inspected.stdout.trim()) ?? [];
  const present = inspected.ok && presentPlatform === platform;
  const isFallback = present && presentKey !== "" && presentKey !== "<no value>" && python !== undefined;
  if (isFallback) return { python, presentKey };
  if (present) return {};

  log(`Pulling ${image}`);
  const pulled = await docker.attempt([
    ...["pull", "--quiet"],
    ...(platform === ownPlatform ? [] : ["--platform", platform]),
    image,
  ]);
  if (pulled.ok) return {};
  const said =
    pulled.stderr
      .trim()
      .split("\n")
      .at(-1)
      ?.replace(/^Error response from daemon: /, "") ?? "";
  // The registry does not know the name, so a fallback image would hide the mistake.
  if (/manifest unknown|manifest for .* not found|invalid reference|repository does not exist/i.test(said))
    return { problem: `its registry said: ${said}`, remedy: "correct the name in the Dockerfile" };
  const canMakeFallback = (host.isDebian || host.find("mmdebstrap").length > 0) && platform === ownPlatform;
  if (python !== undefined && canMakeFallback) return { python };
  const remedy =
    python === undefined
      ? "connect to its registry, or start from an official Debian-based python image without a digest, for which a fallback image can be made"
      : `connect to its registry (on Debian and Ubuntu a fallback image would be made${platform === ownPlatform ? "" : `, but only for ${ownPlatform}`})`;
  return { problem: `docker said: ${said}`, remedy };
}

async function makeFallback(
  image: string,
  { python, presentKey }: { readonly python: OfficialPython; readonly presentKey: string | undefined },
  { docker, homeFolder, options }: { docker: Docker; homeFolder: string; options: BaseImageOptions },
): Promise<string[]> {
  const { log = () => {}, host = thisHost() } = options;
  const fallback = fallbackImage(python, homeFolder, host);
  if (presentKey !== fallback.key) {
    const archive = await fallback.archive(log);
    const changes = [...fallback.settings, `LABEL ${label}=${fallback.key}`];
    await docker.exec(["import", ...changes.flatMap((change) => ["--change", change]), archive, image]);
  }
  const warning = pythonWarning(image, python);
  return warning === undefined ? [] : [warning];
}

function pythonWarning(image: string, python: OfficialPython): string | undefined {
  if (python.minor === undefined || python.minor === python.releasePython) return undefined;
  return `${image} cannot be pulled here: its fallback image has Python ${python.releasePython}, not ${python.minor}.`;
}

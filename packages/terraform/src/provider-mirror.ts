import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Variables } from "@slipway/core";
import { EngineError } from "./engine-error.ts";

/** Terraform's own layout of a filesystem mirror: https://developer.hashicorp.com/terraform/cli/config/config-file#filesystem_mirror */
const providerFolder = join("registry.terraform.io", "hashicorp", "aws");

export interface ProviderMirrorRequest {
  readonly variables: Variables;
  /** Exact version; undefined takes a mirror with any. */
  readonly awsProvider: string | undefined;
  /** Folders whose children may be mirrors. */
  readonly parents?: readonly string[];
  /** Folders that Terraform itself takes for mirrors. */
  readonly implied?: readonly string[];
}

export interface ProviderMirror {
  readonly path: string;
  /** True when the provider lies there unpacked, so that `init` links it instead of unpacking it for every stack. */
  readonly unpacked: boolean;
}

/** Finds a folder that holds the AWS provider in Terraform's mirror layout. */
export function findProviderMirror(request: ProviderMirrorRequest): ProviderMirror | undefined {
  const { variables, awsProvider, parents = ["/opt"], implied = impliedMirrors(variables) } = request;
  const named = variables.SLIPWAY_PROVIDER_MIRROR;
  if (named) {
    const mirror = inspect(named, awsProvider);
    if (mirror === undefined) {
      const wanted = join(providerFolder, awsProvider ?? "<version>", platform());
      throw new EngineError(
        `SLIPWAY_PROVIDER_MIRROR (${named}) must contain ${wanted}`,
        "fill it with `terraform providers mirror` or unset it",
      );
    }
    return mirror;
  }
  const candidates = [...implied, ...parents.flatMap((parent) => children(parent).map((name) => join(parent, name)))];
  for (const candidate of candidates) {
    const mirror = inspect(candidate, awsProvider);
    if (mirror !== undefined) return mirror;
  }
  return undefined;
}

/** https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories */
function impliedMirrors({ HOME, XDG_DATA_HOME }: Variables): string[] {
  const home = HOME ?? "";
  return [
    ...(home === "" ? [] : [join(home, ".terraform.d", "plugins")]),
    ...(home === "" ? [] : [join(home, "Library", "Application Support", "io.terraform", "plugins")]),
    ...(XDG_DATA_HOME || home ? [join(XDG_DATA_HOME || join(home, ".local", "share"), "terraform", "plugins")] : []),
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
  ];
}

function inspect(path: string, version: string | undefined): ProviderMirror | undefined {
  const folder = join(path, providerFolder);
  const versions = version === undefined ? children(folder) : [version];
  if (versions.some((each) => children(join(folder, each, platform())).some(isProvider)))
    return { path, unpacked: true };
  const packed = children(folder).some((name) =>
    version === undefined
      ? name.startsWith("terraform-provider-aws_") && name.endsWith(`_${platform()}.zip`)
      : name === `terraform-provider-aws_${version}_${platform()}.zip`,
  );
  return packed ? { path, unpacked: false } : undefined;
}

function isProvider(name: string): boolean {
  return name.startsWith("terraform-provider-aws");
}

function children(folder: string): string[] {
  try {
    return existsSync(folder) ? readdirSync(folder).sort() : [];
  } catch {
    return []; // not readable for us: then it is no mirror for us
  }
}

function platform(): string {
  const os = process.platform === "win32" ? "windows" : process.platform;
  return `${os}_${process.arch === "x64" ? "amd64" : process.arch}`;
}

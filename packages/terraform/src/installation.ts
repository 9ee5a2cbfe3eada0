import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Variables } from "@slipway/core";
import { execa } from "execa";
import { EngineError } from "./engine-error.ts";

export interface Terraform {
  readonly path: string;
  readonly version: string;
}

const oldest = [1, 10] as const;
const remedy =
  "install Terraform 1.10 or newer (https://developer.hashicorp.com/terraform/install) or name its file in TERRAFORM_BIN";

type VersionOf = (path: string, variables: Variables) => Promise<string>;

// A TF_CLI_CONFIG_FILE that does not exist makes Terraform warn on stderr.
const versionOf: VersionOf = async (path, variables) => {
  const env = { ...variables, TF_CLI_CONFIG_FILE: "", CHECKPOINT_DISABLE: "1" };
  const { stdout } = await execa(path, ["version", "-json"], { env, extendEnv: false, stdin: "ignore" });
  return stdout;
};

/** Finds Terraform (`TERRAFORM_BIN`, else `terraform` on PATH) and refuses one that lacks S3 native locking. */
export async function findTerraform(variables: Variables, run: VersionOf = versionOf): Promise<Terraform> {
  const path = variables.TERRAFORM_BIN || "terraform";
  let answer: string;
  try {
    answer = await run(path, variables);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      throw new EngineError(`terraform (${path}) must be installed`, remedy);
    }
    throw new EngineError(`terraform (${path}) must be runnable`, `it said: ${firstLine(error)}; ${remedy}`);
  }
  const version = /"terraform_version":\s*"([^"]+)"/.exec(answer)?.[1];
  const [major, minor] = (version ?? "").split(".").map(Number);
  if (version === undefined || major === undefined || minor === undefined) {
    throw new EngineError(`terraform (${path}) must answer \`version -json\` with its version`, remedy);
  }
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    throw new EngineError(`terraform (${version} at ${path}) must be 1.10 or newer`, remedy);
  }
  return { path, version };
}

function firstLine(error: unknown): string {
  const text = (error as { stderr?: string }).stderr || (error as Error).message;
  return text.split("\n").find((line) => line.trim() !== "") ?? "nothing";
}

export interface CliConfiguration {
  /** File for `TF_CLI_CONFIG_FILE`. */
  readonly path: string;
  /** Folder the AWS provider is taken from; undefined when it comes from the registry or the caller's own configuration. */
  readonly mirror: string | undefined;
  /** Whether `init` fills a folder that all stacks share. Terraform's own may not do so at the same time. */
  readonly sharedCache: boolean;
}

export interface CliConfigurationRequest {
  /** Folder the file is written to. */
  readonly workFolder: string;
  readonly variables: Variables;
  /** Exact version of `hashicorp/aws`; a mirror without it is passed over. */
  readonly awsProvider?: string;
}

/** Writes the Terraform CLI configuration: the AWS provider from a mirror folder when there is one, else from the registry. */
export function cliConfiguration(
  request: CliConfigurationRequest,
  find: (request: ProviderMirrorRequest) => ProviderMirror | undefined = findProviderMirror,
): CliConfiguration {
  const { workFolder, variables, awsProvider } = request;
  const own = ownConfiguration(variables);
  if (own?.text.includes("provider_installation") && !variables.SLIPWAY_PROVIDER_MIRROR) {
    return { path: own.path, mirror: undefined, sharedCache: own.text.includes("plugin_cache_dir") };
  }
  const mirror = find({ variables, awsProvider });
  mkdirSync(workFolder, { recursive: true });
  const path = join(workFolder, "terraformrc");
  // What the user wrote besides (credentials, say) stays in force.
  const text = own === undefined || own.text.includes("provider_installation") ? "" : `${own.text.trimEnd()}\n`;
  const sharedCache = !mirror?.unpacked;
  write(path, text + (sharedCache ? pluginCache(workFolder, text) : "") + installation(mirror));
  return { path, mirror: mirror?.path, sharedCache: sharedCache || text.includes("plugin_cache_dir") };
}

/** The user's own file; a TF_CLI_CONFIG_FILE that names none is only warned about by Terraform, so here it counts for nothing. */
function ownConfiguration({ TF_CLI_CONFIG_FILE, HOME }: Variables): { path: string; text: string } | undefined {
  const path = TF_CLI_CONFIG_FILE || (HOME ? join(HOME, ".terraformrc") : "");
  return path !== "" && existsSync(path) ? { path, text: readFileSync(path, "utf8") } : undefined;
}

function installation(mirror: ProviderMirror | undefined): string {
  if (mirror === undefined) return "provider_installation {\n  direct {}\n}\n";
  return [
    "provider_installation {",
    "  filesystem_mirror {",
    `    path    = ${JSON.stringify(mirror.path)}`,
    '    include = ["hashicorp/aws"]',
    "  }",
    "  direct {",
    '    exclude = ["hashicorp/aws"]',
    "  }",
    "}",
    "",
  ].join("\n");
}

/** One unpacked provider (700 MB) for all stacks. Lock files are made anew in each working folder, hence the second line. */
function pluginCache(workFolder: string, text: string): string {
  if (text.includes("plugin_cache_dir")) return "";
  const folder = join(workFolder, "plugin-cache");
  mkdirSync(folder, { recursive: true });
  return `plugin_cache_dir = ${JSON.stringify(folder)}\nplugin_cache_may_break_dependency_lock_file = true\n`;
}

/** Leaves an equal file alone: it may be in use. */
function write(path: string, text: string): void {
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
}

/** Terraform's own layout of a filesystem mirror: https://developer.hashicorp.com/terraform/cli/config/config-file#filesystem_mirror */
const providerFolder = join("registry.terraform.io", "hashicorp", "aws");

interface ProviderMirrorRequest {
  readonly variables: Variables;
  /** Exact version; undefined takes a mirror with any. */
  readonly awsProvider: string | undefined;
  /** Folders whose children may be mirrors. */
  readonly parents?: readonly string[];
  /** Folders that Terraform itself takes for mirrors. */
  readonly implied?: readonly string[];
}

interface ProviderMirror {
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

/** Variables that change the behaviour of a command. */
const unwanted = /^TF_(CLI_ARGS.*|DATA_DIR|WORKSPACE|INPUT|REATTACH_PROVIDERS)$/;

/**
 * The variables Terraform gets. Most of what a plan computes is the garbage of the provider's schema: collected less often, a plan
 * takes a quarter less processor time and a tenth more memory.
 */
export function terraformVariables(variables: Variables, cliConfigurationPath: string): Variables {
  return {
    GOGC: "400",
    ...Object.fromEntries(Object.entries(variables).filter(([name]) => !unwanted.test(name))),
    TF_CLI_CONFIG_FILE: cliConfigurationPath,
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
    NO_COLOR: "1",
  };
}

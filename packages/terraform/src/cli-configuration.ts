import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Variables } from "@slipway/core";
import { findProviderMirror, type ProviderMirror, type ProviderMirrorRequest } from "./provider-mirror.ts";

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
  readonly home: string;
  readonly variables: Variables;
  /** Exact version of `hashicorp/aws`; a mirror without it is passed over. */
  readonly awsProvider?: string;
}

/** Writes the Terraform CLI configuration: the AWS provider from a mirror folder when there is one, else from the registry. */
export function cliConfiguration(
  request: CliConfigurationRequest,
  find: (request: ProviderMirrorRequest) => ProviderMirror | undefined = findProviderMirror,
): CliConfiguration {
  const { home, variables, awsProvider } = request;
  const own = ownConfiguration(variables);
  if (own?.text.includes("provider_installation") && !variables.SLIPWAY_PROVIDER_MIRROR) {
    return { path: own.path, mirror: undefined, sharedCache: own.text.includes("plugin_cache_dir") };
  }
  const mirror = find({ variables, awsProvider });
  mkdirSync(home, { recursive: true });
  const path = join(home, "terraformrc");
  // What the user wrote besides (credentials, say) stays in force.
  const text = own === undefined || own.text.includes("provider_installation") ? "" : `${own.text.trimEnd()}\n`;
  const sharedCache = !mirror?.unpacked;
  write(path, text + (sharedCache ? cache(home, text) : "") + installation(mirror));
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
function cache(home: string, text: string): string {
  if (text.includes("plugin_cache_dir")) return "";
  const folder = join(home, "plugin-cache");
  mkdirSync(folder, { recursive: true });
  return `plugin_cache_dir = ${JSON.stringify(folder)}\nplugin_cache_may_break_dependency_lock_file = true\n`;
}

/** Leaves an equal file alone: it may be in use. */
function write(path: string, text: string): void {
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
}

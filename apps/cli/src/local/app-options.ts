import { Failure } from "@slipway/core";

/** Options of `npm start` as commander gives them. */
export interface StartOptions {
  readonly drill: boolean;
  readonly app?: string;
  readonly dockerfile?: string;
  readonly target?: string;
  readonly port?: string;
  readonly healthPath?: string;
  readonly versionPath?: string;
  readonly containerName?: string;
  readonly command?: string;
  readonly envFile?: string;
  readonly buildArg: readonly string[];
  readonly worker?: readonly string[];
}

/** Options of another project in the order in which a command shows them. */
export const appOptions = [
  ...(["app", "dockerfile", "target", "port", "healthPath", "versionPath"] as const),
  ...(["containerName", "command", "worker", "envFile"] as const),
];

/** `healthPath` as it is typed: `--health-path`. */
export const optionName = (name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

export const defaultPort = "8000";

export function checkOwnAppOptions(options: Omit<StartOptions, "drill">): void {
  const alone = appOptions.find((name) => options[name] !== undefined);
  if (alone === undefined) return;
  throw new Failure(
    `${optionName(alone)} (${options[alone]}) must come with --app DIR`,
    "the own app's settings are in apps/infra/src/environments.ts",
  );
}

export function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65535) return port;
  throw new Failure(
    `--port (${text}) must be a number from 1 to 65535`,
    "give the port the app listens on in its container",
  );
}

export function readPath(option: string, text: string, remedy: string): string {
  if (/^\/[!-~]*$/.test(text)) return text;
  throw new Failure(`${option} (${text}) must begin with / and hold no spaces`, remedy);
}

export function readContainerName(text: string): string {
  if (/^[A-Za-z0-9_-]{1,255}$/.test(text)) return text;
  throw new Failure(`--container-name (${text}) must be letters, digits, - and _`, "give a name like django_test");
}

export function readBuildArgs(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text) ?? [];
      if (name !== undefined && value !== undefined) return [name, value];
      throw new Failure(`--build-arg (${text}) must be NAME=value`, "repeat the option for each argument");
    }),
  );
}

import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { Failure, withCommit } from "@slipway/core";
import { environment, type WorkflowApp, workflowApp } from "@slipway/infra";
import { readBaseImages } from "@slipway/local-aws";
import { execa } from "execa";
import {
  checkOwnAppOptions,
  defaultPort,
  readBuildArgs,
  readContainerName,
  readPath,
  readPort,
  type StartOptions,
} from "./app-options.ts";
import { readCommandWords } from "./command-words.ts";
import { chooseDockerfile, composeNotes } from "./dockerfile-choice.ts";
import { type EnvFile, readEnvFile } from "./env-file.ts";
import { readWorkers, type Worker, webKey } from "./worker-options.ts";

/** A Django project to deploy. */
export interface App {
  /** True for this repository's app, whose page can be checked. */
  readonly own: boolean;
  /** Prefix of all names, which keeps stacks, state and services of projects apart. */
  readonly project: string;
  readonly folder: string;
  readonly dockerfile: string;
  /** Stage that is built. @default the last one */
  readonly target: string | undefined;
  /** What the image is built for, e.g. linux/amd64. */
  readonly platform: string;
  readonly containerName: string;
  readonly port: number;
  readonly healthPath: string;
  /** Path that answers with the image's digest; empty where the app has none. */
  readonly versionPath: string;
  /** Replaces the image's own command. */
  readonly command: readonly string[] | undefined;
  /** Further services of the image, none of which gets requests. */
  readonly workers: readonly Worker[];
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Values of the env file by name. They are written to SSM parameters, never to Terraform. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Names that the env file leaves empty: a parameter cannot be, so they are plain variables. */
  readonly emptyVariables: readonly string[];
  /** What a user should know before the first step. */
  readonly notes: readonly string[];
}

/** Name of the local environment of a project. */
export const environmentName = ({ project }: Pick<App, "project">) => `${project}-local`;

/** Name of the parameter that holds a value of the env file, one for all services. */
export const parameterName = (app: Pick<App, "project">, name: string) => `/${environmentName(app)}/${webKey}/${name}`;

export interface AppRequest {
  readonly root: string;
  /** Folder that relative paths start from: where the user typed the command. */
  readonly cwd: string;
  readonly options: Omit<StartOptions, "drill">;
  /** What the local environment says about the own app. */
  readonly own: Pick<
    App,
    | "project"
    | "folder"
    | "dockerfile"
    | "target"
    | "platform"
    | "containerName"
    | "port"
    | "healthPath"
    | "versionPath"
    | "buildArgs"
  >;
}

const longestProject = 16;

/** Validates the options and returns the app to deploy. */
export function readApp(request: AppRequest): App {
  const { cwd, options, own } = request;
  const buildArgs = readBuildArgs(options.buildArg);
  if (options.app === undefined) {
    checkOwnAppOptions(options);
    return {
      own: true,
      ...own,
      command: undefined,
      workers: [],
      buildArgs: { ...own.buildArgs, ...buildArgs },
      secrets: {},
      emptyVariables: [],
      notes: [],
    };
  }
  const folder = resolve(cwd, options.app);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new Failure(`--app (${options.app}) must be a folder`, "give the one that holds the project's Dockerfile");
  }
  const given = { ...options, app: options.app };
  const dockerfile = chooseDockerfile(folder, given);
  readBaseImages(dockerfile, { buildArgs, target: options.target });
  const variables =
    options.envFile === undefined
      ? { values: {}, empty: [] }
      : readEnvFile("--env-file", resolve(cwd, options.envFile), options.envFile);
  checkNotSet(variables, options.envFile);
  return {
    own: false,
    project: projectName(folder, own.project),
    folder,
    dockerfile,
    target: options.target,
    platform: own.platform,
    containerName: readContainerName(options.containerName ?? "app"),
    port: readPort(options.port ?? defaultPort),
    healthPath: readPath("--health-path", options.healthPath ?? "/", "give a path that answers 200 without signing in"),
    versionPath:
      options.versionPath === undefined
        ? ""
        : readPath("--version-path", options.versionPath, "leave it out where the app does not name its image"),
    command: options.command === undefined ? undefined : readCommandWords("--command", options.command),
    workers: readWorkers(options.worker ?? []),
    buildArgs,
    secrets: variables.values,
    emptyVariables: variables.empty,
    notes: [...emptyNote(options.envFile, variables.empty), ...composeNotes(folder, given)],
  };
}

/** Variables that each deployment sets; ECS refuses a name that is both a variable and a secret. */
const setByDeployment = ["IMAGE_DIGEST", "SECRETS_REVISION"];

function checkNotSet({ values, empty }: EnvFile, file: string | undefined): void {
  const taken = setByDeployment.find((name) => Object.hasOwn(values, name) || empty.includes(name));
  if (taken === undefined) return;
  throw new Failure(`--env-file (${file}) must not set ${taken}, which each deployment sets`, "remove the line");
}

function emptyNote(file: string | undefined, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const [are, variables] = names.length === 1 ? ["is", "a plain empty variable"] : ["are", "plain empty variables"];
  return [`${names.join(", ")} ${are} empty in ${file}: a parameter cannot be, so the container gets ${variables}.`];
}

/** Folder name as the prefix of AWS names: lower case, at most 16 characters, never that of the own project. */
export function projectName(folder: string, taken: string): string {
  const slug = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, longestProject)
    .replace(/^-+|-+$/g, "");
  const name = /^[a-z]/.test(slug) ? slug : `app-${slug}`.replace(/-$/, "").slice(0, longestProject);
  return name === taken ? `${name.slice(0, longestProject - 4)}-app` : name;
}

/** The last commit that changed one of the folders, so that others cause no new image; with `-edited` if there are uncommitted changes. */
async function lastCommit(root: string, folders: readonly string[]): Promise<string> {
  const git = (...args: string[]) => execa("git", args, { cwd: root, reject: false, stdin: "ignore" });
  const log = await git("log", "-1", "--format=%H", "--", ...folders);
  const commit = log.exitCode === 0 ? log.stdout?.trim() : "";
  if (!commit) return "unknown";
  const status = await git("status", "--porcelain", "--", ...folders);
  return status.stdout?.trim() ? `${commit}-edited` : commit;
}

/** The app that the options name; without any the own one, as the local environment has it. */
export async function chosenApp(request: Pick<AppRequest, "root" | "cwd" | "options">): Promise<App> {
  const local = environment("local");
  const { project, services } = local;
  const web = Object.values(services).find(({ port }) => port !== undefined);
  if (web?.port === undefined || web.healthCheckPath === undefined) {
    throw new Failure("environment `local` must have a service with a port", "add one in environments.ts");
  }
  return readApp({
    ...request,
    own: {
      project,
      ...(await ownImage(request.root, workflowApp(local))),
      containerName: web.containerName,
      port: web.port,
      healthPath: web.healthCheckPath,
      versionPath: web.versionPath ?? "",
    },
  });
}

/** What the own image is built of, as environments.ts says. */
async function ownImage(
  root: string,
  { folder, context, dockerfile, target, platform, buildArgs }: WorkflowApp,
): Promise<Pick<App, "folder" | "dockerfile" | "target" | "platform" | "buildArgs">> {
  const path = join(root, dockerfile);
  if (!existsSync(path)) {
    throw new Failure(
      `app.dockerfile (${dockerfile}) must be there`,
      "correct app in apps/infra/src/environments.ts, where it stands from app.folder",
    );
  }
  const commit = await lastCommit(root, [folder, context]);
  return {
    folder: join(root, context),
    dockerfile: path,
    target,
    platform,
    buildArgs: withCommit(buildArgs, readFileSync(path, "utf8"), commit),
  };
}

import { basename, relative } from "node:path";
import { Failure } from "@slipway/core";
import type { App } from "../local/app.ts";
import { environmentsFile, replaced } from "./changes.ts";

/** Another Django project that a repository is made for: what `npm start -- --app` is told of it. */
export type OtherApp = Pick<
  App,
  | "project"
  | "folder"
  | "dockerfile"
  | "target"
  | "containerName"
  | "port"
  | "healthPath"
  | "versionPath"
  | "command"
  | "workers"
  | "buildArgs"
  | "secrets"
  | "emptyVariables"
>;

/** Accounts of the other project. In the same ones as ours it would share what an account has once. */
const accounts: Readonly<Record<string, string>> = { "111111111111": "333333333333", "222222222222": "444444444444" };

/** The repository on GitHub that the other project is in. */
export const otherRepository = ({ project }: Pick<OtherApp, "project">) => ({
  owner: "octo-org",
  name: project,
  ownerId: "3333",
  id: "4444",
});

/** The folder of the repository that another project is put into: its own name, as it may not be that of one of ours. */
export function projectPath({ folder }: Pick<OtherApp, "folder">, taken: readonly string[]): string {
  const name = basename(folder);
  if (!/^(?!-)[\p{L}\p{N}._+@-]+$/u.test(name))
    throw new Failure(
      `--app (${folder}) must have a name without spaces to be put into a repository`,
      "rename the folder",
    );
  return taken.includes(name) ? `${name}-app` : name;
}

/** What a team writes into environments.ts for its project in `path`: who it is, where its app is, what its service needs. */
export function withProject(text: string, app: OtherApp, path: string): string {
  const edits: readonly (readonly [RegExp, string])[] = [
    [/^const project = ".*";$/m, `const project = ${JSON.stringify(app.project)};`],
    [/^const github = .*$/m, `const github = ${literal(otherRepository(app))};`],
    [/^ {2}app: \{[\s\S]*?\},\n(?: {2}testCommand: .*\n)?/m, `  app: ${appField(app, path)},\n`],
    [/^function web\([\s\S]*?^\}\n/m, serviceFunctions(app)],
  ];
  const edited = edits.reduce((given, [pattern, by]) => replaced(given, pattern, () => by, environmentsFile), text);
  const written = Object.entries(accounts)
    .reduce((given, [ours, theirs]) => given.replaceAll(ours, theirs), edited)
    .replaceAll(
      /^\/\*\* The service `web` of the environment `name`\..*$/gm,
      "/** The service `web` of the environment `name`. */",
    )
    .replaceAll(/\bweb\(([^,()]+), \[[^\]]*\]\)/g, "web($1)");
  return withWorkers(written, app);
}

function appField({ folder, dockerfile, target, buildArgs }: OtherApp, path: string): string {
  const file = relative(folder, dockerfile);
  return literal({
    folder: path,
    ...(file !== "Dockerfile" && { dockerfile: file }),
    ...(target !== undefined && { target }),
    ...(Object.keys(buildArgs).length > 0 && { buildArgs }),
  });
}

/** The functions that make the services: `web`, and `worker` where there are services without load balancer. */
function serviceFunctions(app: OtherApp): string {
  const { containerName, port, healthPath, versionPath, command, secrets, emptyVariables, workers } = app;
  const parameters = Object.keys(secrets).map((name) => `      ${name}: \`/\${name}/web/${name}\`,\n`);
  const common = {
    containerName,
    cpu: 512,
    memory: 1024,
    // It may write files beside its code, e.g. a SQLite database.
    readonlyRootFilesystem: false,
    environment: Object.fromEntries(emptyVariables.map((name) => [name, ""])),
  };
  const web = {
    ...common,
    desiredCount: 2,
    port,
    healthCheckPath: healthPath,
    ...(versionPath !== "" && { versionPath }),
    ...(command !== undefined && { command }),
  };
  const fields = (of: object, more = "") =>
    [
      ...Object.entries(of).map(([name, value]) => `    ${name}: ${literal(value)},\n`),
      more,
      ...(parameters.length === 0 ? [] : ["    secrets: {\n", ...parameters, "    },\n"]),
    ].join("");
  const made = `function web(name: string) {\n  return {\n${fields(web)}  };\n}\n`;
  if (workers.length === 0) return made;
  const worker = `function worker(name: string, command: string[]) {\n  return {\n${fields({ ...common, desiredCount: 1 }, "    command,\n")}  };\n}\n`;
  return `${made}\n/** A service that gets no requests. */\n${worker}`;
}

/** Puts the workers beside `web` into each environment. */
function withWorkers(text: string, { workers }: OtherApp): string {
  const more = (name: string) =>
    workers.map(({ key, command }) => `, ${literalKey(key)}: worker(${name}, ${literal(command)})`);
  return text.replaceAll(
    /^( {4}services: \{ .*\bweb\((`[^`]*`|\w+)\).*?) \},$/gm,
    (_, services: string, name: string) => `${services}${more(name).join("")} },`,
  );
}

const literalKey = (name: string) => (/^\w+$/.test(name) ? name : JSON.stringify(name));

/** A value as TypeScript has it; names of fields without quotes. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, each]) => `${literalKey(name)}: ${literal(each)}`);
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}

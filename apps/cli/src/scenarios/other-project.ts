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
    [/^function web\([\s\S]*?^\}\n/m, webFunction(app)],
  ];
  const edited = edits.reduce((given, [pattern, by]) => replaced(given, pattern, () => by, environmentsFile), text);
  return Object.entries(accounts)
    .reduce((given, [ours, theirs]) => given.replaceAll(ours, theirs), edited)
    .replaceAll(
      /^\/\*\* The service `web` of the environment `name`\..*$/gm,
      "/** The service `web` of the environment `name`. */",
    )
    .replaceAll(/\bweb\(([^,()]+), \[[^\]]*\]\)/g, "web($1)");
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

function webFunction(app: OtherApp): string {
  const { containerName, port, healthPath, versionPath, command, secrets, emptyVariables } = app;
  const parameters = Object.keys(secrets).map((name) => `      ${name}: \`/\${name}/web/${name}\`,\n`);
  const fields = {
    containerName,
    port,
    cpu: 512,
    memory: 1024,
    desiredCount: 2,
    healthCheckPath: healthPath,
    ...(versionPath !== "" && { versionPath }),
    ...(command !== undefined && { command }),
    // It may write files beside its code, e.g. a SQLite database.
    readonlyRootFilesystem: false,
    environment: Object.fromEntries(emptyVariables.map((name) => [name, ""])),
  };
  const lines = Object.entries(fields).map(([name, value]) => `    ${name}: ${literal(value)},\n`);
  const secretsField = parameters.length === 0 ? "" : `    secrets: {\n${parameters.join("")}    },\n`;
  return `function web(name: string) {\n  return {\n${lines.join("")}${secretsField}  };\n}\n`;
}

/** A value as TypeScript has it; names of fields without quotes. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, each]) => `${name}: ${literal(each)}`);
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}

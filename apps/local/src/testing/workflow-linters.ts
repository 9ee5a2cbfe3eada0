import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { ensureGoTool } from "../machine/go-tool.ts";
import { ensurePython } from "../machine/python.ts";
import { ensureShellcheck } from "../machine/shellcheck.ts";
import type { Workspace } from "../workspace.ts";
import type { Part } from "./part.ts";
import type { toolParts } from "./tool-parts.ts";

export interface LinterSettings {
  readonly workspace: Workspace;
  readonly tools: ReturnType<typeof toolParts>;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

const actionlint = {
  module: "github.com/rhysd/actionlint/cmd/actionlint",
  version: "v1.7.12",
  purpose: "check the workflows",
};

/** What other tools say of the workflows, the actions and the scripts. Needs the bundles: actionlint looks for what action.yml starts. */
export function workflowLinters({ workspace, tools, signal, log }: LinterSettings): readonly Part[] {
  const { root } = workspace;
  const requirements = join(root, "apps/local/linters/requirements.txt");
  const what = "the linters of the workflows";
  const python = async (program: string) =>
    join(dirname(await ensurePython({ workspace, requirements, what, signal, log })), program);
  return [
    // actionlint has every `run:` checked by the shellcheck that is on PATH.
    tools.program("shellcheck", () => ensureShellcheck(), ["--", ...shellScripts(root)]),
    tools.program("actionlint", () => ensureGoTool(actionlint, { workspace, log, signal }), ["-no-color"]),
    tools.program("zizmor", () => python("zizmor"), ["--offline", "--persona=pedantic", "--color=never", ".github"]),
    tools.program("check-jsonschema", () => python("check-jsonschema"), [
      "--builtin-schema=vendor.github-actions",
      ...actionFiles(root),
    ]),
    tools.program("check-jsonschema, dependabot", () => python("check-jsonschema"), [
      "--builtin-schema=vendor.dependabot",
      ".github/dependabot.yml",
    ]),
  ];
}

/** Every action.yml, from the root. */
function actionFiles(root: string): readonly string[] {
  const folders = readdirSync(join(root, ".github/actions")).map((name) => `.github/actions/${name}/action.yml`);
  const replacements = readdirSync(join(root, "apps/local/runner"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("action.yml"))
    .map((path) => `apps/local/runner/${path}`);
  return [...folders.filter((path) => existsSync(join(root, path))), ...replacements.sort()];
}

function shellScripts(root: string): readonly string[] {
  const folders = [".github/scripts", "apps/local/src/machine", ".ci"];
  return folders
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
    .filter((path) => path.endsWith(".sh") || path === ".ci/run")
    .concat("apps/local/runner/bin/bash", "apps/local/runner/bin/npm");
}

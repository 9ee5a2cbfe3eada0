import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { ensureGoTool, ensurePython, ensureShellcheck } from "@slipway/local-aws";
import { check, type PartContext, type TestPart } from "./tool-parts.ts";

const actionlint = {
  module: "github.com/rhysd/actionlint/cmd/actionlint",
  version: "v1.7.12",
  purpose: "check the workflows",
};

/** Linters of the workflows, actions and scripts. */
export function workflowLinters(root: string): readonly TestPart[] {
  const buildActionlint = ({ home, signal, print }: PartContext) =>
    ensureGoTool(actionlint, { home, signal, log: print });
  const schema = (...args: string[]) => check(python("check-jsonschema"), args);
  const shellcheck = check(() => ensureShellcheck(), ["--", ...shellScripts(root)]);
  const zizmor = check(python("zizmor"), ["--offline", "--persona=pedantic", "--color=never", ".github"]);
  const actions = schema("--builtin-schema=vendor.github-actions", ...actionFiles(root));
  const dependabot = schema("--builtin-schema=vendor.dependabot", ".github/dependabot.yml");
  const lane = "working";
  return [
    // actionlint checks every `run:` with the shellcheck on PATH.
    { name: "shellcheck", title: "shellcheck", needs: [], lane, run: shellcheck },
    // actionlint checks that the files that action.yml starts exist, so it needs the bundles.
    { name: "actionlint", title: "actionlint", needs: ["bundles"], lane, run: check(buildActionlint, ["-no-color"]) },
    { name: "zizmor", title: "zizmor", needs: [], lane, run: zizmor },
    { name: "action-schema", title: "check-jsonschema", needs: [], lane, run: actions },
    { name: "dependabot-schema", title: "check-jsonschema, dependabot", needs: [], lane, run: dependabot },
  ];
}

/** A program from the Python environment of the linters. */
const python =
  (program: string) =>
  async ({ home, signal, print }: PartContext) => {
    const requirements = join(home.root, "apps/cli/linters/requirements.txt");
    const what = "the linters of the workflows";
    return join(dirname(await ensurePython({ home, requirements, what, signal, log: print })), program);
  };

/** Every action.yml, from the root. */
function actionFiles(root: string): readonly string[] {
  const folders = readdirSync(join(root, ".github/actions")).map((name) => `.github/actions/${name}/action.yml`);
  const replacements = readdirSync(join(root, "apps/cli/act-runner"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("action.yml"))
    .map((path) => `apps/cli/act-runner/${path}`);
  return [...folders.filter((path) => existsSync(join(root, path))), ...replacements.sort()];
}

function shellScripts(root: string): readonly string[] {
  const folders = [".github/scripts", "apps/local-aws/src/host", ".ci"];
  return folders
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
    .filter((path) => path.endsWith(".sh") || path === ".ci/run")
    .concat("apps/cli/act-runner/bin/bash", "apps/cli/act-runner/bin/npm");
}

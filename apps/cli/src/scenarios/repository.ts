import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { Failure } from "@slipway/core";
import type { SlipwayHome } from "@slipway/local-aws";
import { execa } from "execa";
import { environmentsFile } from "./changes.ts";
import { type OtherApp, projectPath, withProject } from "./other-project.ts";

/** A temporary git repository with the user's files. The user's repository is only read. */
export interface ScenarioRepository {
  readonly folder: string;
  /** True if main was recreated, without merges of earlier scenarios. */
  readonly fresh: boolean;
  /** Commit that `name` stands for. */
  sha(name: string): Promise<string>;
  /** Makes `name` from main and puts it into the folder. */
  branch(name: string): Promise<void>;
  /** Rewrites one file of the branch in the folder and commits it; returns the commit. */
  commit(path: string, rewrite: (text: string) => string, message: string): Promise<string>;
  /** Commits all that was written into the folder; returns the commit. */
  commitAll(message: string): Promise<string>;
  /** Commits a folder of main as it was on disk, if a scenario that was stopped left it otherwise; returns whether it did. */
  restore(path: string): Promise<boolean>;
  /** Puts a branch or commit into the folder. */
  checkout(name: string): Promise<void>;
  /** What GitHub gives a pull request's workflow: the merge of a branch into main as it is now. It is put into the folder. */
  mergeRef(branch: string): Promise<string>;
  /** One commit on main with all that the branch changed; returns it. Main is put into the folder. */
  squash(branch: string, message: string): Promise<string>;
}

export interface RepositoryOptions {
  /** Another project, which a team has put into the repository beside ours. */
  readonly other?: OtherApp | undefined;
  /** Completes a main that was recreated, in the folder; what it writes is committed. */
  readonly complete?: (folder: string) => Promise<void>;
}

/**
 * Opens the scenario's repository in `folder`. If the user's files have changed since the last scenario, main becomes one commit with all
 * files that git does not ignore, including uncommitted changes; otherwise main stays as it is.
 */
export async function openScenarioRepository(
  { root, folder: homeFolder }: SlipwayHome,
  folder: string,
  { other, complete }: RepositoryOptions = {},
): Promise<ScenarioRepository> {
  mkdirSync(folder, { recursive: true });
  const git = gitIn(folder);
  await git("init", "--quiet", "--initial-branch=main");
  // The SlipwayHome may be in the user's repository without being ignored there. A rule for folders ignores no links.
  writeFileSync(join(folder, ".git/info/exclude"), `node_modules\n/${relative(root, homeFolder)}\n`);
  const source = await treeOf(root, folder, other);
  const fresh = source !== (await git("rev-parse", "--quiet", "--verify", "refs/story/source^{tree}").catch(() => ""));
  if (fresh) {
    const commit = await git("commit-tree", source, "-m", "What is on disk");
    await git("update-ref", "refs/heads/main", commit);
    // Every job fetches a commit, and git would compress loose objects each time.
    await git("repack", "-a", "-d", "-q");
  }
  await git("checkout", "--quiet", "--force", "main");
  linkPackages(root, folder);
  if (fresh) {
    const commit = await git("rev-parse", "HEAD");
    await complete?.(folder);
    await git("add", "--all");
    if ((await git("status", "--porcelain")) !== "")
      await git("commit", "--quiet", "--message", "What derives from it");
    // At last, so that a run that is stopped here begins anew.
    await git("update-ref", "refs/story/source", commit);
  }
  return repository(folder, fresh);
}

/** Writes the tree of the user's files, and of another project's, to the scenario's repository; no git repository of theirs is used. */
async function treeOf(root: string, folder: string, other: OtherApp | undefined): Promise<string> {
  const git = gitIn(folder, { GIT_INDEX_FILE: join(folder, ".git/source-index") });
  await git("--work-tree", root, "-C", root, "add", "--all");
  if (other === undefined) return git("write-tree");
  const own = await git("write-tree");
  const appGit = gitIn(folder, { GIT_INDEX_FILE: join(folder, ".git/app-index") });
  await appGit("--work-tree", other.folder, "-C", other.folder, "add", "--all");
  const path = projectPath(other, (await git("ls-tree", "--name-only", own)).split("\n"));
  await git("read-tree", `--prefix=${path}/`, await appGit("write-tree"));
  const written = join(folder, ".git/environments.ts");
  writeFileSync(written, withProject(readFileSync(join(root, environmentsFile), "utf8"), other, path));
  const blob = await git("hash-object", "-w", "--no-filters", written);
  await git("update-index", "--cacheinfo", `100644,${blob},${environmentsFile}`);
  return git("write-tree");
}

/** Gives a copy of this repository the packages that are installed in `root`; the workspaces are its own. */
function linkPackages(root: string, copy: string): void {
  const [from, to] = [root, copy].map((folder) => join(folder, "node_modules")) as [string, string];
  rmSync(to, { recursive: true, force: true });
  mkdirSync(join(to, "@slipway"), { recursive: true });
  for (const name of readdirSync(from)) {
    if (name !== "@slipway") symlinkSync(join(from, name), join(to, name));
  }
  const workspaces = join(from, "@slipway");
  for (const name of existsSync(workspaces) ? readdirSync(workspaces) : []) {
    const workspace = readlinkSync(join(workspaces, name));
    symlinkSync(workspace, join(to, "@slipway", name));
    // Packages that npm installed in the workspace's own node_modules.
    const beside = join(workspaces, name, "node_modules");
    const link = join(to, "@slipway", workspace, "node_modules");
    rmSync(link, { force: true });
    if (existsSync(beside) && existsSync(dirname(link))) symlinkSync(beside, link);
  }
}

function repository(folder: string, fresh: boolean): ScenarioRepository {
  const git = gitIn(folder);
  const sha = (name: string) => git("rev-parse", "--verify", `${name}^{commit}`);
  return {
    folder,
    fresh,
    sha,
    branch: async (name) => void (await git("checkout", "--quiet", "--force", "-B", name, "main")),
    checkout: async (name) => void (await git("checkout", "--quiet", "--force", name)),
    async commit(path, rewrite, message) {
      const file = join(folder, path);
      const before = readFileSync(file, "utf8");
      const after = rewrite(before);
      if (after === before) throw new Error(`“${message}” must change ${path}`);
      writeFileSync(file, after);
      await git("commit", "--quiet", "--all", "--message", message);
      return sha("HEAD");
    },
    async commitAll(message) {
      await git("add", "--all");
      await git("commit", "--quiet", "--message", message);
      return sha("HEAD");
    },
    async restore(path) {
      await git("checkout", "refs/story/source", "--", path);
      if ((await git("status", "--porcelain")) === "") return false;
      await git("commit", "--quiet", "--message", "The app as it is on disk");
      return true;
    },
    async mergeRef(branch) {
      await git("checkout", "--quiet", "--force", "--detach", "main");
      await git("merge", "--quiet", "--no-ff", "--message", `Merge ${branch} into main`, branch);
      return sha("HEAD");
    },
    async squash(branch, message) {
      await git("checkout", "--quiet", "--force", "main");
      await git("merge", "--quiet", "--squash", branch);
      await git("commit", "--quiet", "--message", message);
      return sha("HEAD");
    },
  };
}

type Git = (...args: string[]) => Promise<string>;

const author = { NAME: "Slipway", EMAIL: "slipway@example.com" };

/** Git without the user's settings: no hooks, signatures or aliases. */
function gitIn(folder: string, variables: Readonly<Record<string, string>> = {}): Git {
  const env = {
    PATH: process.env.PATH ?? "",
    GIT_DIR: join(folder, ".git"),
    GIT_WORK_TREE: folder,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    ...Object.fromEntries(
      ["AUTHOR", "COMMITTER"].flatMap((who) =>
        Object.entries(author).map(([key, value]) => [`GIT_${who}_${key}`, value]),
      ),
    ),
    ...variables,
  };
  return async (...args) => {
    const result = await execa("git", args, { cwd: folder, extendEnv: false, env, stdin: "ignore", reject: false });
    if (result.exitCode === 0) return result.stdout.trim();
    const said = result.stderr?.trim() || result.shortMessage;
    throw new Failure(`git ${args.join(" ")} (in ${folder}) must succeed; it said: ${said}`);
  };
}

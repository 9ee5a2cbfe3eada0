import type { GithubContext } from "@slipway/github/context";
import { changedFiles, findOpenPull } from "@slipway/github/open-pull";

/** What is planned or posted about; the event and GitHub say it, never a report or an artifact. */
export interface Subject {
  /** Pull request to comment on; undefined where there is none. */
  readonly pr: number | undefined;
  /** Commit that is planned. */
  readonly head: string;
  /** Where the pull request left main. */
  readonly base: string | undefined;
  /** True as long as the pull request is not merged: nothing of it is applied yet. */
  readonly open: boolean;
  /** The run that synthesized the pull request, if it did not succeed. */
  readonly failedSynth?: { readonly conclusion: string; readonly url: string } | undefined;
  /** True where the pull request changes what its image is made of, as GitHub lists its files. */
  readonly changesApp: boolean;
  /** What a reader must know beside the plan. */
  readonly notes: readonly string[];
}

interface Payload {
  readonly pull_request?: {
    readonly number: number;
    readonly merged?: boolean;
    readonly head: { readonly sha: string };
    readonly base?: { readonly sha: string };
  };
  readonly workflow_run?: {
    readonly head_sha: string;
    readonly head_branch: string;
    readonly conclusion: string;
    readonly html_url: string;
  };
}

export interface RunningIn {
  readonly payload: object;
  /** Ref that the workflow runs on. */
  readonly ref: string;
  readonly sha: string;
}

export interface Given {
  /** The inputs; each has precedence over the event. */
  readonly number: number | undefined;
  readonly commit: string;
  /** Files and folders that make the image. */
  readonly appPaths: readonly string[];
}

/** Undefined when there is nothing to plan or post: no open pull request of ours has the commit as its head any more. */
export async function readSubject(
  { payload, ref, sha }: RunningIn,
  { number, commit, appPaths }: Given,
  github: () => Promise<GithubContext>,
): Promise<Subject | undefined> {
  const { pull_request: pull, workflow_run: synth } = payload as Payload;
  if (synth !== undefined && number === undefined) return await ofRun(synth, ref, { appPaths, github: await github() });
  const pr = number ?? pull?.number;
  const open = pull !== undefined && pull.merged !== true && pull.number === pr;
  return { pr, head: open ? pull.head.sha : commit || sha, base: pull?.base?.sha, open, changesApp: false, notes: [] };
}

async function ofRun(
  { head_sha: sha, head_branch: branch, conclusion, html_url: url }: NonNullable<Payload["workflow_run"]>,
  ref: string,
  { appPaths, github }: { readonly appPaths: readonly string[]; readonly github: GithubContext },
): Promise<Subject | undefined> {
  const pull = await findOpenPull(github, { sha, branch, base: ref.replace(/^refs\/heads\//, "") });
  if (pull === undefined) {
    github.log.info(`${sha.slice(0, 7)} is the head of no open pull request that is planned here; nothing is said`);
    return undefined;
  }
  const failedSynth = conclusion === "success" ? undefined : { conclusion, url };
  const files = await changedFiles(github, pull.number);
  const notes = files.some(isOurs) ? [byMain] : [];
  const changesApp = files.some((file) => appPaths.some((path) => isIn(path, file)));
  return { pr: pull.number, head: pull.head, base: pull.base, open: true, failedSynth, changesApp, notes };
}

const isIn = (path: string, file: string) => path === "." || file === path || file.startsWith(`${path}/`);

/** Workflows, actions and what they share: code that would plan, post and apply once it is merged. */
const isOurs = (path: string) => path.startsWith(".github/");

const byMain =
  "This pull request changes files in .github; it was planned and posted by the workflows and actions of main, and by none of its own";

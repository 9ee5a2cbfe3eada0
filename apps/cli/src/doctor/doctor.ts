import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { githubClient } from "@slipway/github/client";
import type { Host } from "@slipway/local-aws";
import { checkSettings, type Expected, type Finding } from "./checks.ts";
import { codeOwners } from "./code-owners.ts";
import { originAddress, otherGithub } from "./origin.ts";
import { readSettings } from "./settings.ts";

export interface ExamineRequest {
  /** Root folder of the repository. */
  readonly root: string;
  readonly host: Host;
  readonly expected: Expected;
}

/** Checks all settings that the workflows rely on and that no file can set. */
export async function examine({ root, host, expected }: ExamineRequest): Promise<readonly Finding[]> {
  return [...codeOwners(root), ...(await checkGithub({ root, host, expected }))];
}

async function checkGithub({ root, host, expected }: ExamineRequest): Promise<readonly Finding[]> {
  const { variables } = host;
  const origin = await originAddress(root, host);
  const elsewhere = otherGithub(origin, host);
  if (elsewhere !== undefined) return [{ state: "bad", ...elsewhere }];
  const named = variables.GITHUB_REPOSITORY;
  const repo = remoteRepository(named ? `https://github/${named}` : (origin ?? ""));
  if (repo === undefined)
    return [
      unknownSettings("the git remote origin leads to no repository on GitHub; set GITHUB_REPOSITORY=OWNER/NAME"),
    ];
  const token = variables.GITHUB_TOKEN || variables.GH_TOKEN;
  if (!token) {
    return [
      unknownSettings(
        `there is no token: GITHUB_TOKEN=$(gh auth token) npm run doctor looks at ${repo.owner}/${repo.repo}`,
      ),
    ];
  }
  const client = githubClient({ token, apiUrl: variables.GITHUB_API_URL || "https://api.github.com" });
  return checkSettings(await readSettings(client, repo, expected.branch), expected);
}

const unknownSettings = (reason: string): Finding => ({ state: "unknown", what: "what is set up on GitHub", reason });

/** Owner and name of the repository that a git remote leads to; undefined for what is no address of a repository. */
export function remoteRepository(url: string): { readonly owner: string; readonly repo: string } | undefined {
  const [, owner, repo] =
    /^(?:[\w+]+:\/\/(?:[^@/]+@)?[^/]+\/|(?:[^@/]+@)?[^:/]+:)([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(url.trim()) ?? [];
  return owner === undefined || repo === undefined ? undefined : { owner, repo };
}

/**
 * Names of the checks that every pull request into `owner/name` must pass. Slipway's own suite is one of them in the repository that
 * the condition of its workflow names, and in no clone of it.
 */
export function requiredChecks(root: string, repository: string): readonly string[] {
  const suite = join(root, ".github/workflows/ci.yml");
  const condition = existsSync(suite)
    ? /^ {4}if: github\.repository == '(.+)'$/m.exec(readFileSync(suite, "utf8"))
    : null;
  // GitHub compares without regard to case.
  return condition?.[1]?.toLowerCase() === repository.toLowerCase() ? ["Check", "Test"] : ["Check"];
}

/** Formats findings as lines: bad, unknown, good, then the counts. */
export function showFindings(findings: readonly Finding[]): readonly string[] {
  const of = <S extends Finding["state"]>(state: S) =>
    findings.filter((each): each is Extract<Finding, { state: S }> => each.state === state);
  const [bad, unknown, good] = [of("bad"), of("unknown"), of("good")];
  return [
    ...bad.map(({ what, next }) => `✖ ${what}\n    ${next}`),
    ...unknown.map(({ what, reason }) => `? ${what}: ${reason}`),
    ...good.map(({ what }) => `✔ ${what}`),
    "",
    `${bad.length} to fix, ${unknown.length} not visible from here, ${good.length} good`,
  ];
}

/** Commands in the `sh` blocks of a page, one per line; a loop counts as one command. */
export function pageCommands(page: string): readonly string[] {
  const commands: string[] = [];
  let open: string[] = [];
  for (const [, block = ""] of page.matchAll(/^```sh\n([\s\S]*?)^```/gm)) {
    for (const line of block.split("\n").filter((each) => each.trim() !== "")) {
      open.push(line);
      const isOpen = open[0]?.startsWith("for ") === true && line !== "done";
      if (!isOpen) {
        commands.push(open.join("\n"));
        open = [];
      }
    }
  }
  if (open.length > 0) throw new Error(`a loop (${open[0]}) must end within its block`);
  return commands;
}

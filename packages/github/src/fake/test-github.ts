import { githubClient } from "../client.ts";
import type { GithubContext } from "../context.ts";
import type { GithubStandIn } from "./fake-github.ts";

export interface TestGithub extends GithubContext {
  readonly lines: string[];
  /** How long every pause would have been. */
  readonly waits: number[];
}

/** A context whose client talks to the stand-in and whose pauses take no time. */
export function testGithub(
  standIn: GithubStandIn,
  values: { runId?: number; author?: string; token?: string } = {},
): TestGithub {
  const { runId = 100, author = "github-actions[bot]", token = "ghs_workflow" } = values;
  const lines: string[] = [];
  const waits: number[] = [];
  return {
    client: githubClient({ token, apiUrl: standIn.url }),
    owner: "octo-org",
    repo: "this-is-project",
    runId,
    author,
    lines,
    waits,
    log: { info: (line) => lines.push(line), warning: (text) => lines.push(`warning: ${text}`), mask: () => undefined },
    wait: async (milliseconds) => {
      waits.push(milliseconds);
    },
  };
}

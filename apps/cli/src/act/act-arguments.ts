import { join } from "node:path";
import { replacementArguments } from "./checkout.ts";
import type { LocalRunner } from "./runner-service.ts";
import type { WorkflowEvent } from "./workflow.ts";

export interface ActRequest {
  readonly file: string;
  readonly event: WorkflowEvent;
  readonly eventPath: string;
  readonly runId: number;
  /** Folder that act works in: the repository at the commit of the event. */
  readonly clone: string;
  /** Variables of all jobs beside those of act itself. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Arguments of act for one run. */
export function actArguments(runner: LocalRunner, request: ActRequest): readonly string[] {
  const { identity, github, folder, jobSettings, vars } = runner;
  const { file, event, eventPath, runId, clone } = request;
  const variables = {
    ...request.variables,
    LOCAL_RUNNER_ORIGIN: runner.repository,
    LOCAL_RUNNER_ARTIFACTS: join(folder, "artifacts"),
    GITHUB_API_URL: github.url,
    GITHUB_REPOSITORY: identity.repository,
    GITHUB_RUN_ID: String(runId),
    GITHUB_RUN_NUMBER: String(runId),
    GITHUB_REF: event.ref,
    // The name that act reads the commit from.
    SHA_REF: event.sha,
  };
  const pairs = (flag: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);
  return [
    event.name,
    ...["--workflows", `.github/workflows/${file}`],
    ...["--eventpath", eventPath],
    ...["--actor", event.actor],
    ...["--secret", `GITHUB_TOKEN=${github.token}`],
    ...["ubuntu-24.04", "ubuntu-24.04-arm"].flatMap((label) => ["--platform", `${label}=-self-hosted`]),
    ...["--json", "--rm", "--no-cache-server"],
    // Runs the checkout step instead of copying the work tree.
    "--no-skip-checkout",
    // Jobs mostly wait, so four run at once.
    ...["--concurrent-jobs", "4"],
    ...pairs("--env", variables),
    ...pairs("--var", vars),
    ...replacementArguments(jobSettings.root, clone),
  ];
}

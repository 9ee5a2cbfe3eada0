import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { Docker, DockerBuild } from "@slipway/local-aws";
import type { JobSettings } from "./job-variables.ts";
import type { RunIdentity } from "./tokens.ts";

/** A workflow run that the service answers. */
export interface ServedRun {
  readonly id: number;
  /** The identity token of the job of that name, or the reason why it gets none. */
  readonly idToken: (
    job: string,
    audience: string,
  ) => Promise<{ readonly value: string } | { readonly reason: string }>;
  /** Resolves when the job is approved and rejects when it is not. */
  readonly review: (job: string) => Promise<string>;
}

export interface RunnerService {
  readonly url: string;
  /** Variables by which the jobs of a run reach the service. */
  serve(run: ServedRun): Readonly<Record<string, string>>;
  /** Records which job asks a question, as act's log shows it. */
  recordQuestion(question: string, job: string): void;
  close(): Promise<void>;
}

const patienceMs = 10_000;

/**
 * Provides jobs with identity tokens, reviews and Docker builds with the CLI's own builder. `onImage` is called with the name of
 * each image before it is built.
 */
export async function runnerService(
  docker: Docker,
  onImage: (name: string) => void = () => {},
): Promise<RunnerService> {
  const runs = new Map<string, ServedRun>();
  const jobsByQuestion = new Map<string, string>();

  const idToken = async (url: URL, authorization = "") => {
    const run = runs.get(authorization.replace(/^bearer /i, ""));
    if (run === undefined) return { status: 401, body: { message: "the request token must be that of a run" } };
    const job = await jobOf(url.searchParams.get("question") ?? "");
    if (job === undefined) return { status: 403, body: { message: "the job that asks must show in the log" } };
    const answer = await run.idToken(job, url.searchParams.get("audience") ?? "");
    return "value" in answer ? { status: 200, body: answer } : { status: 403, body: { message: answer.reason } };
  };

  /** Waits for the job's name, because the log line may arrive after the request. */
  const jobOf = async (question: string) => {
    for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(10)) {
      const job = jobsByQuestion.get(question);
      if (job !== undefined) return job;
    }
    return undefined;
  };

  const review = async (url: URL) => {
    const run = [...runs.values()].find(({ id }) => String(id) === url.searchParams.get("run"));
    if (run === undefined) return { status: 404, body: { message: "the run must be under way" } };
    try {
      return { status: 200, body: { message: await run.review(url.searchParams.get("job") ?? "") } };
    } catch (error) {
      return { status: 403, body: { message: (error as Error).message } };
    }
  };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://runner");
    const { status, body } = await (url.pathname === "/id-token"
      ? idToken(url, request.headers.authorization)
      : url.pathname === "/docker-build"
        ? build(docker, request, onImage)
        : url.pathname === "/review"
          ? review(url)
          : { status: 404, body: { message: "unknown" } });
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    serve(run) {
      const token = randomBytes(20).toString("hex");
      runs.set(token, run);
      return {
        LOCAL_RUNNER_URL: url,
        ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/id-token?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: token,
      };
    },
    recordQuestion: (question, job) => void jobsByQuestion.set(question, job),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

interface BuildRequest extends Omit<DockerBuild, "tag"> {
  readonly tags: readonly [string, ...string[]];
}

async function build(
  docker: Docker,
  request: IncomingMessage,
  onImage: (name: string) => void,
): Promise<{ status: number; body: object }> {
  const { tags, ...given } = JSON.parse(await text(request)) as BuildRequest;
  for (const name of tags) onImage(name);
  const [tag, ...more] = tags;
  try {
    await docker.build({ ...given, tag });
    for (const name of more) await docker.exec(["tag", tag, name]);
    const imageId = (await docker.exec(["image", "inspect", "--format", "{{.Id}}", tag])).trim();
    return { status: 200, body: { imageId } };
  } catch (error) {
    return { status: 422, body: { message: (error as Error).message } };
  }
}

/** Settings for running workflows locally. */
export interface LocalRunner {
  /** Path of act, once it is built. */
  readonly act: Promise<string>;
  readonly service: RunnerService;
  readonly jobSettings: Omit<JobSettings, "folder">;
  /** Environment variables of this process. */
  readonly caller: Readonly<Record<string, string | undefined>>;
  /** Folder of the repository: its commits are what runs. */
  readonly repository: string;
  readonly identity: Pick<RunIdentity, "repository" | "ownerId" | "repositoryId">;
  readonly github: { readonly url: string; readonly token: string };
  /** Variables of the repository's settings: `vars`. */
  readonly vars: Readonly<Record<string, string>>;
  /** Signs the claims of an identity token. */
  readonly sign: (claims: Readonly<Record<string, unknown>>) => string;
  /** Folder of all that runs leave. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

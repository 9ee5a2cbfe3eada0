import { Failure } from "@slipway/core";
import type { Change } from "../changes.ts";

/** Changes of an app in the scenario. Each applies to main as the step before left it. */
export interface AppChanges {
  /** Another image, which does the same; absent where each commit makes another one. */
  readonly another?: Change;
  /** Does not pass the check of its deployment. */
  readonly broken: Change;
  /** Never answers. */
  readonly silent: Change;
}

const views = "apps/web/health/views.py";
const gunicorn = "apps/web/gunicorn.conf.py";

/** Our app: its page breaks while its health check passes, and it listens only on the container's loopback. */
export const ownApp = {
  broken: edit(views, "Say the version shorter", "settings.IMAGE_DIGEST,", "settings.DIGEST,"),
  working: edit(views, "Say the version as before", "settings.DIGEST,", "settings.IMAGE_DIGEST,"),
  silent: edit(gunicorn, "Listen locally only", 'bind = f"0.0.0.0:', 'bind = f"127.0.0.1:'),
  answering: edit(gunicorn, "Listen for the load balancer", 'bind = f"127.0.0.1:', 'bind = f"0.0.0.0:'),
} satisfies AppChanges & Record<string, Change>;

/** Any other app, of which only the Dockerfile is known: what is deployed of it ends at once, or sleeps. */
export function dockerfileChanges(path: string, target?: string): AppChanges {
  const change = (message: string, line: string): Change => ({
    path,
    message,
    rewrite: (text) => withLastLine(text, line, target),
  });
  return {
    another: change("Say who takes care of it", 'LABEL maintainer="somebody else"'),
    broken: change("Start another way", 'ENTRYPOINT ["sh", "-c", "echo nothing to start here >&2; exit 3"]'),
    silent: change("Wait a moment first", `ENTRYPOINT ["sh", "-c", "trap 'exit 0' TERM; sleep 3600 & wait"]`),
  };
}

/** Ends a stage of a Dockerfile with a line, in the place of an earlier one of that instruction that this function made. */
export function withLastLine(text: string, line: string, target?: string): string {
  const [instruction = ""] = line.split(" ");
  const mark = "# Made for the scenario.";
  const lines = text.trimEnd().split("\n");
  const own = lines.findIndex((each, index) => each === mark && lines[index + 1]?.startsWith(`${instruction} `));
  if (own !== -1) lines.splice(own, 2);
  const froms = lines.flatMap((each, index) => (/^\s*FROM\s/i.test(each) ? [index] : []));
  const isTarget = (index: number) => new RegExp(`\\sAS\\s+${target}\\s*$`, "i").test(lines[index] ?? "");
  const from = target === undefined ? froms.at(-1) : froms.find(isTarget);
  if (from === undefined)
    throw new Failure(`the Dockerfile must have ${target === undefined ? "a line FROM" : `the stage ${target}`}.`);
  const end = froms.find((index) => index > from) ?? lines.length;
  return `${[...lines.slice(0, end), mark, line, ...lines.slice(end)].join("\n")}\n`;
}

function edit(path: string, message: string, from: string, to: string): Change {
  return {
    path,
    message,
    rewrite: (text) => {
      if (text.includes(from)) return text.replace(from, to);
      throw new Failure(
        `${path} must hold what the scenario edits (${from})`,
        "undo your edit of that line to see the scenario",
      );
    },
  };
}

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, normalize, relative } from "node:path";
import { quote } from "shlex";
import { parse } from "yaml";
import { readCommandWords } from "./command-words.ts";

/** How a Compose file builds and starts a service: what the options of `npm start` could be. */
export interface ComposeProposal {
  /** Name of the file, e.g. docker-compose.yml. */
  readonly file: string;
  readonly service: string;
  /** Folder that is built, relative to the project; empty for the project itself. */
  readonly context: string;
  /** Relative to the context. */
  readonly dockerfile: string;
  readonly target?: string;
  /** As `--command` takes it. */
  readonly command?: string;
  /** Port in the container. */
  readonly port?: string;
  /** Queue workers of the same image, each as `--worker` takes it. */
  readonly worker?: readonly string[];
}

const composeFile = /^(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml$/;

/** Services of the Compose files in a folder that are built from it and have a port. A file that cannot be read proposes nothing. */
export function composeProposals(folder: string): ComposeProposal[] {
  // The shortest name is that of the file which Compose itself reads first.
  const names = readdirSync(folder)
    .filter((name) => composeFile.test(name))
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  return names.flatMap((file) => {
    const services = readServices(join(folder, file));
    const built = Object.entries(services).flatMap(([service, value]) => proposal(folder, { file, service, value }));
    const withPort = built.filter(({ port }) => port !== undefined);
    return (withPort.length > 0 || built.length !== 1 ? withPort : built).map((web) => withWorkers(web, built));
  });
}

/** What runs on and on without a port; a migration, say, does not. */
const queueWorker =
  /\b(?:celery|rq|rqworker|rqscheduler|dramatiq|rundramatiq|huey|run_huey|qcluster|procrastinate|worker|beat)\b/;

function withWorkers(web: ComposeProposal, built: readonly ComposeProposal[]): ComposeProposal {
  const image = ({ context, dockerfile, target }: ComposeProposal) => JSON.stringify([context, dockerfile, target]);
  const worker = built.flatMap((each) => {
    const { service, command, port } = each;
    if (each === web || port !== undefined || command === undefined || image(each) !== image(web)) return [];
    const key = service.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
    return queueWorker.test(command) ? [`${key}=${command}`] : [];
  });
  return worker.length === 0 ? web : { ...web, worker };
}

type Fields = Readonly<Record<string, unknown>>;

function readServices(path: string): Fields {
  try {
    return record(record(parse(readFileSync(path, "utf8"), { merge: true })).services);
  } catch {
    return {};
  }
}

function proposal(
  folder: string,
  { file, service, value }: { readonly file: string; readonly service: string; readonly value: unknown },
): ComposeProposal[] {
  const { build, command, ports, expose } = record(value);
  if (build === undefined) return [];
  const {
    context = ".",
    dockerfile = "Dockerfile",
    target,
  } = typeof build === "string" ? { context: build } : record(build);
  const inside = relative(folder, join(folder, normalize(String(context))));
  if (inside.startsWith("..") || !existsSync(join(folder, inside, String(dockerfile)))) return [];
  const port = firstPort(ports) ?? firstPort(expose);
  const words = commandText(command);
  return [
    {
      file,
      service,
      context: inside,
      dockerfile: normalize(String(dockerfile)),
      ...(typeof target === "string" ? { target } : {}),
      ...(words === undefined ? {} : { command: words }),
      ...(port === undefined ? {} : { port }),
    },
  ];
}

/** Compose writes a dollar that is none of its own variables as two. */
const undouble = (text: string) => text.replaceAll("$$", "$");

function commandText(command: unknown): string | undefined {
  if (typeof command === "string") {
    const text = undouble(command.trim());
    try {
      readCommandWords("command", text);
      return text;
    } catch {
      // Compose fills in its own variables; here a shell can.
      return text === "" ? undefined : `sh -c ${quote(text)}`;
    }
  }
  return Array.isArray(command) ? undouble(JSON.stringify(command.map(String))) : undefined;
}

/** The container's side of the first port: "8000:80/tcp", "127.0.0.1::80", 80 or { target: 80 }. */
function firstPort(ports: unknown): string | undefined {
  const [first] = Array.isArray(ports) ? ports : [];
  const text = String(typeof first === "object" ? (record(first).target ?? "") : (first ?? ""));
  return /(?:^|:)(\d{1,5})(?:\/tcp)?$/.exec(text)?.[1];
}

function record(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

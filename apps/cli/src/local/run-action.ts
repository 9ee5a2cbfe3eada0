import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import { runQuietly, type SlipwayHome } from "@slipway/local-aws";
import { execa } from "execa";

export type ActionName =
  | "push-image"
  | "publish-static"
  | "write-image-definitions"
  | "deploy-service"
  | "check-service"
  | "rollback-service"
  | "report-plan"
  | "publish-static";

export interface ActionRequest {
  readonly home: SlipwayHome;
  readonly name: ActionName;
  readonly inputs: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Variables of the event and the run, which replace those of `npm start`. */
  readonly runner?: Readonly<Record<string, string>>;
  /** Each line that the runner's log would show. */
  readonly onLine?: (line: string) => void;
}

export interface ActionResult {
  readonly ok: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  /** Markdown of its job summary. */
  readonly summary: string;
  /** Lines it marked as errors. */
  readonly errors: readonly string[];
  /** "with code 1" or "by SIGKILL". */
  readonly ending: string;
  readonly lastLine: string;
  readonly logPath: string;
}

/** Runs an action's bundle with the same inputs, files and variables as GitHub's runner. */
export async function runAction(request: ActionRequest): Promise<ActionResult> {
  const { home, name, signal } = request;
  signal.throwIfAborted();
  const temporary = home.path("runner", `${name}-${randomUUID().slice(0, 8)}`);
  mkdirSync(temporary, { recursive: true });
  const file = (kind: string) => {
    const path = join(temporary, kind);
    writeFileSync(path, "");
    return path;
  };
  const outputPath = file("output");
  const summaryPath = file("summary");
  const masks = new Set<string>();
  const errors: string[] = [];
  const log: string[] = [];
  const handleLine = (text: string) => {
    const line = readRunnerLine(text, masks);
    if (line === undefined) return;
    if (line.kind === "error") errors.push(line.text);
    log.push(line.shown);
    request.onLine?.(line.shown);
  };
  const child = execa(process.execPath, [join(home.root, ".github/actions/dist", name, "main.cjs")], {
    cwd: home.root,
    extendEnv: false,
    env: {
      ...request.variables,
      ...Object.fromEntries(Object.entries(request.inputs).map(([key, value]) => [inputVariable(key), value])),
      ...runnerVariables(home, name, temporary),
      GITHUB_WORKSPACE: home.root,
      ...request.runner,
      GITHUB_OUTPUT: outputPath,
      GITHUB_STEP_SUMMARY: summaryPath,
      GITHUB_ENV: file("env"),
      GITHUB_PATH: file("path"),
      GITHUB_STATE: file("state"),
    },
    stdin: "ignore",
    all: true,
    buffer: false,
    reject: false,
    cancelSignal: signal,
    forceKillAfterDelay: 10_000,
  });
  for await (const text of child.iterable({ from: "all" })) handleLine(text);
  const result = await child;
  const logPath = home.path("logs", `${name}.log`);
  mkdirSync(home.path("logs"), { recursive: true });
  writeFileSync(logPath, `${log.join("\n")}\n`);
  const outputs = readCommandFile(readFileSync(outputPath, "utf8"));
  const summary = readFileSync(summaryPath, "utf8");
  rmSync(temporary, { recursive: true, force: true });
  signal.throwIfAborted();
  const ending = result.exitCode === undefined ? `by ${result.signal ?? result.code}` : `with code ${result.exitCode}`;
  return { ok: result.exitCode === 0, outputs, summary, errors, ending, lastLine: log.at(-1) ?? "", logPath };
}

/** Reads the file behind GITHUB_OUTPUT: `name=value` lines and `name<<DELIMITER` blocks. */
export function readCommandFile(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] as string;
    const block = /^([^=<]+)<<(.+)$/.exec(line);
    if (block !== null) {
      const [, name = "", delimiter] = block;
      const end = lines.indexOf(delimiter as string, index + 1);
      if (end === -1) throw new Error(`output \`${name}\` must end with its delimiter ${delimiter}`);
      values[name] = lines.slice(index + 1, end).join("\n");
      index = end;
    } else if (line.includes("=")) {
      values[line.slice(0, line.indexOf("="))] = line.slice(line.indexOf("=") + 1);
    }
  }
  return values;
}

const inputVariable = (name: string) => `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`;

function runnerVariables(home: SlipwayHome, action: string, temporary: string): Record<string, string> {
  return {
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_ACTION: action,
    GITHUB_JOB: "deliver",
    GITHUB_WORKFLOW: "npm start",
    GITHUB_RUN_ID: "1",
    GITHUB_RUN_ATTEMPT: "1",
    RUNNER_OS: "Linux",
    RUNNER_ARCH: process.arch === "arm64" ? "ARM64" : "X64",
    RUNNER_TEMP: temporary,
    RUNNER_TOOL_CACHE: home.path("cache"),
  };
}

export interface RunnerLine {
  readonly kind: "text" | "error" | "warning" | "notice" | "group";
  readonly text: string;
  /** As a log shows it. */
  readonly shown: string;
}

/** Reads one line of an action's output as GitHub's runner does: workflow commands are obeyed, masked values hidden. */
export function readRunnerLine(line: string, masks: Set<string>): RunnerLine | undefined {
  const command = /^::([a-z-]+)(?: [^:]*(?::(?!:)[^:]*)*)?::(.*)$/.exec(line);
  if (command === null) {
    const text = hide(line, masks);
    return { kind: "text", text, shown: text };
  }
  const [, name, data = ""] = command;
  const value = unescapeData(data);
  if (name === "add-mask") {
    for (const part of [value, ...value.split("\n")]) if (part.trim() !== "") masks.add(part);
    return undefined;
  }
  if (name === "endgroup" || name === "debug") return undefined;
  const text = hide(value, masks);
  if (name === "error" || name === "warning" || name === "notice")
    return { kind: name, text, shown: `${name}: ${text}` };
  return { kind: "group", text, shown: text };
}

const unescapeData = (text: string) => text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");

function hide(text: string, masks: ReadonlySet<string>): string {
  let hidden = text;
  for (const mask of masks) hidden = hidden.replaceAll(mask, "***");
  return hidden;
}

const build = ["run", "build", "--filter=@slipway/actions"];
const env = { TURBO_TELEMETRY_DISABLED: "1" };

/** Builds the action bundles if their sources have changed; returns whether it did. */
export async function ensureActionBundles({ root, path }: SlipwayHome, signal: AbortSignal): Promise<boolean> {
  const stamp = join(root, ".github/actions/dist/.sources");
  const hash = await sourcesHash(root, signal);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return false;
  const logPath = path("logs", "build-actions.log");
  const command = { file: process.execPath, arguments: [turboIn(root), ...build], cwd: root, env };
  const { ok } = await runQuietly({ ...command, logPath, signal });
  if (!ok)
    throw new Failure(
      "the action bundles (.github/actions) must build",
      "`npm run build -- --filter=@slipway/actions` shows why",
      { logPath },
    );
  writeFileSync(stamp, hash);
  return true;
}

/** Turbo's hash of what the bundles are made of: the actions, the packages they import, and what the lock file says of those. */
async function sourcesHash(root: string, signal: AbortSignal): Promise<string> {
  const plan = [turboIn(root), ...build, "--dry=json"];
  const options = { cwd: root, env, cancelSignal: signal, stdin: "ignore", reject: false } as const;
  const { exitCode, stdout } = await execa(process.execPath, plan, options);
  signal.throwIfAborted();
  // The build says why turbo cannot run.
  if (exitCode !== 0) return "unknown";
  const { tasks }: { tasks: readonly { taskId: string; hash: string }[] } = JSON.parse(stdout);
  return tasks.find(({ taskId }) => taskId === "@slipway/actions#build")?.hash ?? "unknown";
}

const turboIn = (root: string) => join(root, "node_modules/turbo/bin/turbo");

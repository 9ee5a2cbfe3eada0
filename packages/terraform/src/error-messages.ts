import { EngineError, type EngineErrorDetails } from "./engine-error.ts";
import type { TerraformCommand, TerraformEnd } from "./process.ts";
import type { Stack } from "./stack.ts";
import { findLock, type LockInfo } from "./state/lock.ts";
import { type Diagnostic, readLog } from "./terraform-log.ts";
import { zoneText } from "./zone-errors.ts";

const noProvider =
  /Failed to (query available provider packages|install provider)|Could not (retrieve the list of available versions|resolve provider)|provider registry|no available releases match/i;
const stale = /Saved plan (is stale|does not match the given state)/;

/** Turns the end of a failed Terraform into one sentence: what failed, Terraform's first reason, where the log is. */
export function failure(
  stack: Stack,
  command: TerraformCommand,
  end: TerraformEnd,
  logPath: string,
  mirror?: string,
): EngineError {
  // Terraform breaks its sentences at column 78 and may frame them.
  const text = end.lines.join("\n").replace(/\s*\n[│\s]*/g, " ");
  const diagnostics = readLog(end.lines).errors;
  const fail = ([what, next]: Sentence, details: EngineErrorDetails = {}) =>
    new EngineError(what, next, { logPath, namesLog: true, diagnostics, ...details });
  const init = command === "init";
  if (init && noProvider.test(text)) return fail(noProviderText(stack, mirror), { reason: "provider-unavailable" });
  if (init && /S3 bucket "[^"]*" does not exist/.test(text))
    return fail(noBucketText(stack), { reason: "state-unreachable", namesLog: false });
  if (end.signal !== undefined) return fail(killedText(stack, command, end.signal), { reason: "killed" });
  const holder = lockHolder(diagnostics, end.lines);
  if (holder !== undefined) return fail(lockedText(stack, command, holder), { reason: "state-locked", holder });
  const isStale = command === "apply" && diagnostics.some(({ summary }) => stale.test(summary));
  if (isStale) return fail(staleText(stack), { reason: "saved-plan-stale" });
  const zone = zoneText(stack, diagnostics);
  if (zone !== undefined) return fail(zone);
  return fail([`${command} of ${stack.name} failed: ${firstReason(diagnostics, end.lines)}`]);
}

/** A stop that was asked for. */
export function interruption(stack: Stack, command: TerraformCommand, logPath: string): EngineError {
  return new EngineError(
    `${command} of ${stack.name} was interrupted`,
    "run the same command again, it goes on from what was made so far",
    { logPath, reason: "interrupted" },
  );
}

function lockHolder(diagnostics: readonly Diagnostic[], lines: readonly string[]): LockInfo | undefined {
  const messages = diagnostics.map(({ summary, detail }) => `${summary}\n${detail}`);
  const found = [...messages, lines.join("\n")].find((text) => text.includes("Error acquiring the state lock"));
  return found === undefined ? undefined : findLock(found);
}

/** What is wrong, and what to do next where something better than reading the log is known. */
type Sentence = readonly [what: string, next?: string];

function lockedText({ name, backend }: Stack, command: TerraformCommand, holder: LockInfo): Sentence {
  const { who, operation, created } = holder;
  const remedy =
    backend.type === "s3"
      ? `wait for it; when it no longer runs, \`npm run unlock -- ${backend.key.split("/")[0]} ${name}\` clears its lock`
      : "wait for it, the lock goes with its process";
  const what = `state of ${name} must be free for the ${command}, but ${who} holds its lock (${operation}, since ${created})`;
  return [what, remedy];
}

function staleText({ name }: Stack): Sentence {
  const what = `plan of ${name} must be as new as its state, but the state was changed since the plan was made`;
  return [what, "plan again. Nothing was changed"];
}

function killedText({ name }: Stack, command: TerraformCommand, signal: string): Sentence {
  const next = "run the same command again, what it made is found and imported";
  return [`${command} of ${name} was killed (${signal})`, next];
}

function noProviderText({ awsProvider }: Stack, mirror: string | undefined): Sentence {
  const from = mirror === undefined ? "the registry" : `the mirror ${mirror}`;
  return [
    `Terraform provider hashicorp/aws (${awsProvider}) must be obtainable from ${from}`,
    "allow access to it or set SLIPWAY_PROVIDER_MIRROR to a folder filled by `terraform providers mirror`",
  ];
}

function noBucketText({ backend }: Stack): Sentence {
  const [bucket, environment] = backend.type === "s3" ? [backend.bucket, backend.key.split("/")[0]] : [];
  return [`state bucket (${bucket}) must exist`, `make it with \`npm run bootstrap -- ${environment}\``];
}

function firstReason([first, ...more]: readonly Diagnostic[], lines: readonly string[]): string {
  if (first === undefined) return lastErrorLine(lines);
  const reason = [first.summary, sentence(first.detail), first.address].filter(Boolean).join(": ");
  return more.length === 0 ? reason : `${reason} (and ${more.length} more)`;
}

function sentence(detail: string): string {
  return (
    detail
      .split(/\n\s*\n/)[0]
      ?.replace(/\s+/g, " ")
      .trim() ?? ""
  );
}

function lastErrorLine(lines: readonly string[]): string {
  const errors = lines.filter((line) => /^[│╷\s]*Error:/.test(line)).map((line) => line.replace(/^[│╷\s]*/, ""));
  return errors[0] ?? lines.filter((line) => line.trim() !== "").at(-1) ?? "it said nothing";
}

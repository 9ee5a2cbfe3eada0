import { EngineError } from "./engine-error.ts";
import type { Stack } from "./stack.ts";
import { readLog } from "./terraform-log.ts";
import type { TerraformCommand, TerraformEnd } from "./terraform-process.ts";

const noProvider =
  /Failed to (query available provider packages|install provider)|Could not (retrieve the list of available versions|resolve provider)|provider registry|no available releases match/i;

/** Turns the end of a failed Terraform into one sentence: what failed, Terraform's first reason, where the log is. */
export function failure(
  stack: Stack,
  command: TerraformCommand,
  end: TerraformEnd,
  logPath: string,
  mirror?: string,
): EngineError {
  const text = end.lines.join("\n");
  if (command === "init" && noProvider.test(text)) return providerFailure(stack, logPath, mirror);
  if (end.signal !== undefined) {
    return new EngineError(
      `${command} of ${stack.name} was killed (${end.signal}); run the same command again, what it made is found and taken over (log: ${logPath}).`,
      logPath,
    );
  }
  const [first, ...more] = readLog(end.lines).errors;
  const reason =
    first === undefined
      ? lastWords(end.lines)
      : [first.summary, sentence(first.detail), first.address].filter(Boolean).join(": ");
  const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
  return new EngineError(`${command} of ${stack.name} failed: ${reason}${others}; the whole log: ${logPath}`, logPath);
}

/** A stop that was asked for. */
export function interruption(stack: Stack, command: TerraformCommand, logPath: string): EngineError {
  return new EngineError(
    `${command} of ${stack.name} was interrupted; run the same command again, it goes on from what was made so far.`,
    logPath,
  );
}

function providerFailure(stack: Stack, logPath: string, mirror: string | undefined): EngineError {
  const from = mirror === undefined ? "the registry" : `the mirror ${mirror}`;
  return new EngineError(
    `Terraform provider hashicorp/aws (${stack.awsProvider}) must be obtainable from ${from}; ` +
      "allow access to it or set SLIPWAY_PROVIDER_MIRROR to a folder filled by `terraform providers mirror` " +
      `(log: ${logPath}).`,
    logPath,
  );
}

function sentence(detail: string): string {
  return (
    detail
      .split(/\n\s*\n/)[0]
      ?.replace(/\s+/g, " ")
      .trim() ?? ""
  );
}

function lastWords(lines: readonly string[]): string {
  const errors = lines.filter((line) => /^[│╷\s]*Error:/.test(line)).map((line) => line.replace(/^[│╷\s]*/, ""));
  return errors[0] ?? lines.filter((line) => line.trim() !== "").at(-1) ?? "it said nothing";
}

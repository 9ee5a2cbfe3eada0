import { duration, type Log } from "@slipway/core";
import type { EngineEvent } from "@slipway/terraform";

const verbs: { readonly [action: string]: string } = {
  create: "created",
  update: "changed",
  replace: "replaced",
  delete: "destroyed",
  import: "imported",
  read: "read",
};

/** One line of the log per thing worth it; Terraform's own lines, which may hold secrets, are never printed. */
export function logEvent(event: EngineEvent, log: Log, redact: (text: string) => string): void {
  if (event.type === "notice") log.info(redact(event.text));
  if (event.type === "command") log.info(`${event.stack}: ${event.command}`);
  if (event.type !== "resource") return;
  const { stack, address, action, phase, seconds } = event;
  const name = redact(address);
  if (phase === "done") log.info(`${stack}: ${name} ${verbs[action] ?? action} (${duration(seconds * 1000)})`);
  if (phase === "failed") log.info(`${stack}: ${name} failed (${duration(seconds * 1000)})`);
  // Every ten seconds of each resource would drown the rest.
  if (phase === "progress" && seconds % 60 < 10) log.info(`${stack}: ${name} … (${duration(seconds * 1000)})`);
}

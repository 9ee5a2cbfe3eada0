import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, type ProcessIdentity } from "./processes.ts";

/** SIGTERM, then SIGKILL after `patienceSeconds`; tells which of the two ended it. */
export async function stopProcess(
  identity: ProcessIdentity,
  patienceSeconds: number,
): Promise<"was gone" | "stopped" | "killed"> {
  if (!isRunning(identity)) return "was gone";
  signal(identity, "SIGTERM");
  const deadline = Date.now() + patienceSeconds * 1000;
  while (Date.now() < deadline) {
    if (!isRunning(identity)) return "stopped";
    await sleep(50);
  }
  signal(identity, "SIGKILL");
  while (isRunning(identity)) await sleep(20);
  return "killed";
}

function signal({ pid }: ProcessIdentity, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone in between.
  }
}

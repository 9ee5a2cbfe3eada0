import { aptInstall } from "./apt.ts";
import type { System } from "./host.ts";
import { thisSystem } from "./this-system.ts";

/** Path of shellcheck; on Debian as root it is installed, elsewhere named. */
export async function ensureShellcheck(system: System = thisSystem()): Promise<string> {
  const [found] = system.find("shellcheck");
  if (found !== undefined) return found;
  await aptInstall(["shellcheck"], system);
  return system.find("shellcheck")[0] ?? "shellcheck";
}

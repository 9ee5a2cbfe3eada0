import { Failure } from "@slipway/core";
import { type Host, thisHost } from "./host.ts";

// On a fresh host another apt-get (unattended upgrades) may hold the lock for a while.
const options = ["-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=3", "--quiet", "--yes"];

/** Installs Debian packages. Without root or on another system it fails with the command to run. */
export async function aptInstall(packages: readonly string[], host: Host = thisHost()): Promise<void> {
  const names = packages.join(" ");
  if (!host.isDebian) throw new Failure(`${names} must be installed`, "use the package manager of this machine");
  if (!host.isRoot) {
    throw new Failure(
      `${names} must be installed`,
      `run \`sudo apt-get update && sudo apt-get install --yes ${names}\``,
    );
  }
  const variables = { DEBIAN_FRONTEND: "noninteractive" };
  // A failed update is ignored, because one unreachable source need not prevent the installation.
  await host.run("apt-get", [...options, "update"], { variables });
  const installed = await host.run("apt-get", [...options, "install", ...packages], { variables });
  if (installed.ok) return;
  const reason = installed.stderr.split("\n").find((line) => line.startsWith("E: ")) ?? installed.stderr.trim();
  throw new Failure(`apt-get install (${names}) must succeed; it said: ${reason.replace(/^E: /, "")}`);
}

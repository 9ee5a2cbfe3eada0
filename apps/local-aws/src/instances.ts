import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { SlipwayHome } from "./home.ts";

interface InstanceIdentity {
  readonly instanceId: string;
  readonly boot: number;
}

/** Fields of `known.json`. */
interface StoredInstance {
  readonly incarnation: string;
  readonly boot: number;
}

export type InstanceComparison =
  | { readonly kind: "first" }
  | { readonly kind: "same" }
  /** It ended uncleanly and may have forgotten its last seconds: records of what was applied are not to be trusted. */
  | { readonly kind: "restarted" }
  /** It knows nothing of what was made; `incarnation` is the one that is gone. */
  | { readonly kind: "lost"; readonly instanceId: string };

const lastInstancePath = ({ path }: SlipwayHome) => path("aws", "known.json");

/** Folders that describe what is in the local AWS, and are worthless without its memory. */
const foldersWithState = ["local", "apps", "pull-request"];

/** Compares the local AWS with the one that the last run saw. */
export function compareInstance(home: SlipwayHome, aws: InstanceIdentity): InstanceComparison {
  const last = lastInstance(home);
  if (last === undefined) return { kind: "first" };
  if (last.instanceId !== aws.instanceId) return { kind: "lost", instanceId: last.instanceId };
  return { kind: last.boot === aws.boot ? "same" : "restarted" };
}

export function recordInstance(home: SlipwayHome, { instanceId, boot }: InstanceIdentity): void {
  mkdirSync(home.path("aws"), { recursive: true });
  writeFileSync(lastInstancePath(home), JSON.stringify({ incarnation: instanceId, boot }));
}

/** Moves the Terraform state of a lost incarnation out of the way; returns the folder it is in now. */
export function setStateAside(home: SlipwayHome, instanceId: string): string {
  const folder = home.path("lost", instanceId);
  mkdirSync(folder, { recursive: true });
  for (const name of foldersWithState) {
    if (!existsSync(home.path(name))) continue;
    const free = [name, ...Array.from({ length: 99 }, (_, n) => `${name}-${n + 2}`)].find(
      (candidate) => !existsSync(`${folder}/${candidate}`),
    );
    renameSync(home.path(name), `${folder}/${free}`);
  }
  return folder;
}

/** Every incarnation that this workspace has seen: containers of all of them are ours. */
export function knownInstanceIds(home: SlipwayHome): readonly string[] {
  const current = lastInstance(home)?.instanceId;
  const lost = existsSync(home.path("lost")) ? readdirSync(home.path("lost")) : [];
  return [...new Set([...(current === undefined ? [] : [current]), ...lost])];
}

function lastInstance(home: SlipwayHome): InstanceIdentity | undefined {
  try {
    const { incarnation: instanceId, boot } = JSON.parse(
      readFileSync(lastInstancePath(home), "utf8"),
    ) as StoredInstance;
    return { instanceId, boot };
  } catch {
    return undefined;
  }
}

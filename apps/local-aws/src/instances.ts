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
  /** It ended uncleanly and may have lost its last changes, so the records of applied stacks are not reliable. */
  | { readonly kind: "restarted" }
  /** It has another id and none of the old resources; this is the id of the lost instance. */
  | { readonly kind: "lost"; readonly instanceId: string };

const lastInstancePath = ({ path }: SlipwayHome) => path("aws", "known.json");

/** Folders whose content is valid only with the state of this local AWS. */
const foldersWithState = ["local", "apps", "pull-request"];

/** Compares the local AWS with the instance of the last run. */
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

/** Moves the Terraform state of a lost instance to `lost/` and returns the new folder. */
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

/** Ids of all instances that this SlipwayHome has used. Containers with these ids belong to it. */
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

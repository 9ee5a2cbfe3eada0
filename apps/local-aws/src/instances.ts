import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Workspace } from "./home.ts";
import type { LocalAws } from "./local-aws.ts";

type Identity = Pick<LocalAws, "incarnation" | "boot">;

export type Memory =
  | { readonly kind: "first" }
  | { readonly kind: "same" }
  /** It ended uncleanly and may have forgotten its last seconds: records of what was applied are not to be trusted. */
  | { readonly kind: "restarted" }
  /** It knows nothing of what was made; `incarnation` is the one that is gone. */
  | { readonly kind: "lost"; readonly incarnation: string };

const knownPath = ({ path }: Workspace) => path("aws", "known.json");

/** Folders that describe what is in the local AWS, and are worthless without its memory. */
const dependent = ["local", "apps", "pull-request"];

/** Compares the local AWS with the one that the last run saw. */
export function compareMemory(workspace: Workspace, aws: Identity): Memory {
  const known = knownIdentity(workspace);
  if (known === undefined) return { kind: "first" };
  if (known.incarnation !== aws.incarnation) return { kind: "lost", incarnation: known.incarnation };
  return { kind: known.boot === aws.boot ? "same" : "restarted" };
}

export function rememberMemory(workspace: Workspace, { incarnation, boot }: Identity): void {
  mkdirSync(workspace.path("aws"), { recursive: true });
  writeFileSync(knownPath(workspace), JSON.stringify({ incarnation, boot }));
}

/** Moves the Terraform state of a lost incarnation out of the way; returns the folder it is in now. */
export function setAside(workspace: Workspace, incarnation: string): string {
  const folder = workspace.path("lost", incarnation);
  mkdirSync(folder, { recursive: true });
  for (const name of dependent) {
    if (!existsSync(workspace.path(name))) continue;
    const free = [name, ...Array.from({ length: 99 }, (_, n) => `${name}-${n + 2}`)].find(
      (candidate) => !existsSync(`${folder}/${candidate}`),
    );
    renameSync(workspace.path(name), `${folder}/${free}`);
  }
  return folder;
}

/** Every incarnation that this workspace has seen: containers of all of them are ours. */
export function knownIncarnations(workspace: Workspace): readonly string[] {
  const current = knownIdentity(workspace)?.incarnation;
  const lost = existsSync(workspace.path("lost")) ? readdirSync(workspace.path("lost")) : [];
  return [...new Set([...(current === undefined ? [] : [current]), ...lost])];
}

function knownIdentity(workspace: Workspace): Identity | undefined {
  try {
    return JSON.parse(readFileSync(knownPath(workspace), "utf8")) as Identity;
  } catch {
    return undefined;
  }
}

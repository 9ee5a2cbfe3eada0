import type { ChangeSet, PlannedChange } from "./change-set.ts";

/**
 * What a plan would do otherwise than the reviewed one, in words for people; empty when it would do the same. A value that was
 * not known when it was reviewed may be any now, and so may all beneath it.
 */
export function compareChangeSets(reviewed: ChangeSet, now: ChangeSet): readonly string[] {
  const keys = [...new Set([...reviewed, ...now].map(keyOf))];
  const [old, new_] = [byKey(reviewed), byKey(now)];
  return keys.flatMap((key) => differences(old.get(key), new_.get(key)));
}

function byKey(set: ChangeSet): Map<string, PlannedChange> {
  return new Map(set.map((change) => [keyOf(change), change]));
}

function keyOf({ address, deposed }: PlannedChange): string {
  return deposed === undefined ? `\`${address}\`` : `\`${address}\` (left-over object ${deposed})`;
}

function differences(reviewed: PlannedChange | undefined, now: PlannedChange | undefined): string[] {
  if (now === undefined)
    return reviewed === undefined ? [] : [`${keyOf(reviewed)} would no longer be ${verb(reviewed)}`];
  const name = keyOf(now);
  if (reviewed === undefined) return [`${name} would be ${verb(now)} too`];
  if (reviewed.actions.join() !== now.actions.join()) {
    return [`${name} was to be ${verb(reviewed)} and would now be ${verb(now)}`];
  }
  if (reviewed.previousAddress !== now.previousAddress) return [`${name} would be moved from another address`];
  if (reviewed.importing !== now.importing) return [`${name} would be imported from another object`];
  return attributeDifferences(name, reviewed.attributes, now.attributes);
}

type Attributes = PlannedChange["attributes"];

function attributeDifferences(name: string, reviewed: Attributes, now: Attributes): string[] {
  const unknown = Object.keys(reviewed).filter((path) => reviewed[path] === "unknown");
  const isFree = (path: string) => unknown.some((free) => path === free || path.startsWith(`${free}/`));
  const paths = [...new Set([...Object.keys(reviewed), ...Object.keys(now)])].filter((path) => !isFree(path));
  return paths.flatMap((path) => {
    const [old, new_] = [reviewed[path], now[path]];
    if (old === new_) return [];
    const attribute = `${name}: \`${words(path)}\``;
    if (old === undefined) return [`${attribute} would change too`];
    if (new_ === undefined) return [`${attribute} would no longer change`];
    return [`${attribute} ${new_ === "unknown" ? "is known only after the apply now" : "would get another value"}`];
  });
}

function verb({ actions, previousAddress, importing }: PlannedChange): string {
  if (actions.length > 1) return "replaced";
  const said: { readonly [action: string]: string } = {
    create: "created",
    update: "changed",
    delete: "deleted",
    forget: "forgotten",
  };
  return (
    said[actions[0] ?? ""] ?? (importing !== undefined ? "imported" : previousAddress !== undefined ? "moved" : "read")
  );
}

/** `/ingress/0/cidr_blocks` as `ingress.0.cidr_blocks`; an output itself has no path. */
function words(path: string): string {
  const steps = path.split("/").slice(1);
  return steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~")).join(".") || "value";
}

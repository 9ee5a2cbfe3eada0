import type { ChangeSet, PlannedChange } from "../plan/change-set.ts";

/**
 * What a plan would do otherwise than the reviewed one, in words for people; empty when it would do the same. A value that was
 * not known when it was reviewed may be any now, and so may all beneath it.
 */
export function compareChangeSets(reviewed: ChangeSet, now: ChangeSet): readonly string[] {
  const [old, new_] = [byName(reviewed), byName(now)];
  const names = [...new Set([...old.keys(), ...new_.keys()])];
  return names.flatMap((name) => differences(name, old.get(name), new_.get(name)));
}

function byName(set: ChangeSet): Map<string, PlannedChange> {
  const named = new Map<string, PlannedChange>();
  for (const change of set) {
    const name = nameOf(change);
    // Two of one name must not hide each other.
    const times = [...named.keys()].filter((key) => key === name || key.startsWith(`${name} #`)).length;
    named.set(times === 0 ? name : `${name} #${times + 1}`, change);
  }
  return named;
}

function nameOf({ address, deposed, startedBy, deferred }: PlannedChange): string {
  const which = [
    ...(deposed === undefined ? [] : [`left-over object ${deposed}`]),
    ...(startedBy === undefined ? [] : [startedBy]),
    ...(deferred === undefined ? [] : ["put off"]),
  ];
  return `\`${address}\`${which.length === 0 ? "" : ` (${which.join(", ")})`}`;
}

function differences(name: string, reviewed: PlannedChange | undefined, now: PlannedChange | undefined): string[] {
  const [old, new_] = [wordsOf(reviewed), wordsOf(now)];
  if (reviewed === undefined || now === undefined || old.what !== new_.what || reviewed.reason !== now.reason) {
    return [`${name}: reviewed: ${old.what}${old.because}; now: ${new_.what}${new_.because}`];
  }
  if (reviewed.importing !== now.importing && reviewed.importing !== "unknown")
    return [`${name}: another object would be imported than was reviewed`];
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
    const attribute = `${name}: \`${pathWords(path)}\``;
    if (old === undefined) return [`${attribute} would change too`];
    if (new_ === undefined) return [`${attribute} would no longer change`];
    return [`${attribute} ${new_ === "unknown" ? "is known only after the apply now" : "would get another value"}`];
  });
}

const verbs: { readonly [actions: string]: string } = {
  create: "create",
  update: "update in place",
  delete: "destroy",
  forget: "leave to AWS",
  read: "read",
  run: "run",
  "delete,create": "replace",
  "create,delete": "replace, the new one first",
  "forget,create": "replace, the old one stays in AWS",
  "create,forget": "replace, the old one stays in AWS",
};

function wordsOf(change: PlannedChange | undefined): { readonly what: string; readonly because: string } {
  if (change === undefined) return { what: "no change", because: "" };
  const { actions, previousAddress, importing, deferred, forcedBy = [], reason } = change;
  const raw = actions.join();
  const parts = [
    ...(importing === undefined ? [] : ["import"]),
    ...(previousAddress === undefined ? [] : [`move from \`${previousAddress}\``]),
    ...(raw === "no-op" ? [] : [Object.hasOwn(verbs, raw) ? verbs[raw] : `"${raw}"`]),
    ...(deferred === undefined ? [] : [`later (${deferred})`]),
  ];
  const forced = forcedBy.map((path) => `\`${path}\``).join(", ");
  const cause = forced === "" ? reasonWords(reason) : `${forced} ${forcedBy.length > 1 ? "force" : "forces"} it`;
  return { what: parts.join(", ") || "no change", because: cause === "" ? "" : `, because ${cause}` };
}

/** `replace_because_tainted` as `tainted`: Terraform's words for why speak for themselves. */
function reasonWords(reason = ""): string {
  return reason.replace(/^(replace|delete|read)_(because_)?/, "").replaceAll("_", " ");
}

/** `/ingress/0/cidr_blocks` as `ingress.0.cidr_blocks`; an output itself has no path. */
function pathWords(path: string): string {
  const steps = path.split("/").slice(1);
  return steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~")).join(".") || "value";
}

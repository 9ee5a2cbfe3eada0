/** Who holds the lock of a state. */
export interface LockInfo {
  readonly id: string;
  /** `<user>@<machine>`; on a GitHub runner the machine is the runner's. */
  readonly who: string;
  /** "plan", "apply", "destroy", "import" … */
  readonly operation: string;
  /** When it was taken, ISO 8601. */
  readonly created: string;
  /** Version of Terraform that took it. */
  readonly version: string;
  /** Location of the state. */
  readonly path: string;
}

/** Reads the JSON of a `.tflock` object or a `.lock.info` file; undefined when it is none. */
export function parseLock(text: string): LockInfo | undefined {
  try {
    return lockInfo(JSON.parse(text) as Readonly<Record<string, unknown>>);
  } catch {
    return undefined;
  }
}

/** Finds the "Lock Info" that Terraform adds to its error, frame and indentation aside; undefined when there is none. */
export function findLock(text: string): LockInfo | undefined {
  const [, block] = text.split(/Lock Info:/);
  if (block === undefined) return undefined;
  const lines = block.matchAll(/^[│|\s]*(ID|Path|Operation|Who|Version|Created):[ \t]+(.+?)\s*$/gm);
  return lockInfo(Object.fromEntries([...lines].map(([, name, value]) => [name, value])));
}

function lockInfo(fields: Readonly<Record<string, unknown>>): LockInfo | undefined {
  const text = (name: string) => String(fields[name] ?? "");
  if (text("ID") === "") return undefined;
  return {
    id: text("ID"),
    who: text("Who"),
    operation: text("Operation")
      .replace(/^OperationType/, "")
      .toLowerCase(),
    created: isoTime(text("Created")),
    version: text("Version"),
    path: text("Path"),
  };
}

/** Errors say "2026-11-25 19:11:10.081576356 +0000 UTC", lock files "2026-11-25T19:11:10.081576356Z". */
function isoTime(text: string): string {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z| \+0000 UTC)$/.exec(text) ?? [];
  return day === undefined ? text : `${day}T${time}Z`;
}

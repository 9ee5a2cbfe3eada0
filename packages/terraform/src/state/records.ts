/** What a stack was when it was last applied; a stack is unchanged when all of it is the same now. */
export interface AppliedRecord {
  /** SHA-256 of its JSON. */
  readonly sha256: string;
  readonly terraform: string;
  /** The version that its JSON pins. */
  readonly awsProvider: string;
  readonly upstreamHashes: Readonly<Record<string, string>>;
  readonly incarnation: string;
}

/** One small JSON text beside the state. */
export const appliedRecord = {
  parse(text: string | undefined): AppliedRecord | undefined {
    try {
      return text === undefined ? undefined : (JSON.parse(text) as AppliedRecord);
    } catch {
      return undefined;
    }
  },

  format: (record: AppliedRecord): string => `${JSON.stringify(record, null, 2)}\n`,

  /** Names the first thing that differs, for people; undefined when nothing does. */
  difference(before: AppliedRecord | undefined, now: AppliedRecord): string | undefined {
    if (before === undefined) return "never applied";
    if (before.sha256 !== now.sha256) return "its definition changed";
    if (before.terraform !== now.terraform) return "Terraform changed";
    if (before.awsProvider !== now.awsProvider) return "the AWS provider changed";
    if (before.incarnation !== now.incarnation) return "the AWS it lives in changed";
    const keys = new Set([...Object.keys(before.upstreamHashes), ...Object.keys(now.upstreamHashes)]);
    const changed = [...keys].find((key) => before.upstreamHashes[key] !== now.upstreamHashes[key]);
    return changed === undefined ? undefined : `upstream output ${changed} changed`;
  },
};

interface MarkerJson {
  readonly creates: readonly string[];
}

/** The text that says, from before an apply until it succeeded, what it set out to create. */
export const applyMarker = {
  /** Addresses that interrupted applies set out to create; undefined when none was interrupted. */
  parse(text: string | undefined): readonly string[] | undefined {
    if (text === undefined) return undefined;
    try {
      return (JSON.parse(text) as MarkerJson).creates;
    } catch {
      return []; // killed while it was written: before anything was created
    }
  },

  /** Adds to what is there: an earlier interrupted apply may have created what this one takes for existing. */
  format(creates: readonly string[], before: string | undefined): string {
    const all = new Set([...(applyMarker.parse(before) ?? []), ...creates]);
    return JSON.stringify({ creates: [...all].sort() } satisfies MarkerJson);
  },
};

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

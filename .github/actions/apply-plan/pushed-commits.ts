interface Payload {
  readonly commits?: readonly { readonly id?: string }[];
  readonly head_commit?: { readonly id?: string } | null;
}

/** Commits that an event brought to its branch, the newest first; none for a dispatch or a schedule. */
export function pushedCommits(event: string, payload: object): readonly string[] {
  const { commits = [], head_commit: head } = payload as Payload;
  if (event !== "push") return [];
  const ids = [...commits].reverse().flatMap(({ id }) => (id === undefined ? [] : [id]));
  return [...new Set([...(head?.id === undefined ? [] : [head.id]), ...ids])];
}

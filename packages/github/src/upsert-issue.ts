import type { Issue, IssueStore } from "./issues.ts";
import { type Marker, marker } from "./marker.ts";

export interface WantedIssue {
  readonly marker: Marker;
  /** Undefined: nothing to report, an open issue is closed. */
  readonly content: { readonly title: string; readonly body: string } | undefined;
  /** Written under an issue that is closed. */
  readonly closing: string;
  readonly runId: number;
  readonly login: string;
}

export interface UpsertedIssue {
  readonly state: "created" | "updated" | "reopened" | "same" | "closed" | "absent" | "superseded";
  readonly issue: Issue | undefined;
}

/** Keeps one issue per marker: made, updated, opened again, and closed when there is nothing to report any more. */
export async function upsertIssue(
  store: IssueStore,
  known: readonly Issue[],
  wanted: WantedIssue,
): Promise<UpsertedIssue> {
  // Anybody can write our marker, hardly anybody can set the label as a bot does.
  const ours = known.filter(
    ({ body, author, byBot }) => (author === wanted.login || byBot) && marker.runOf(body, wanted.marker) !== undefined,
  );
  const kept = ours.find(({ open }) => open) ?? ours.at(-1);
  if (kept !== undefined && (marker.runOf(kept.body, wanted.marker) ?? 0) > wanted.runId)
    return { state: "superseded", issue: kept };
  for (const other of ours) if (other !== kept && other.open) await store.update(other.number, { open: false });
  const { content } = wanted;
  if (content === undefined) {
    if (kept === undefined || !kept.open) return { state: "absent", issue: kept };
    await store.comment(kept.number, wanted.closing);
    return { state: "closed", issue: await store.update(kept.number, { open: false }) };
  }
  const body = `${marker.line(wanted.marker, wanted.runId)}\n${content.body}`;
  if (kept === undefined) return { state: "created", issue: await store.create(content.title, body) };
  if (!kept.open)
    return { state: "reopened", issue: await store.update(kept.number, { title: content.title, body, open: true }) };
  if (kept.title === content.title && seen(kept.body) === seen(body)) return { state: "same", issue: kept };
  return { state: "updated", issue: await store.update(kept.number, { title: content.title, body }) };
}

/** Without the marker and the last line, in which only run and commit differ. */
function seen(body: string): string {
  return body
    .split("\n")
    .slice(1)
    .filter((line) => !line.startsWith("<sub>"))
    .join("\n");
}

import type { ServiceEvent } from "@aws-sdk/client-ecs";

/** Remembers which service events were shown, so that each is printed once. */
export class EventLog {
  readonly #shown: Set<string>;
  /** Every line given so far. */
  readonly lines: string[] = [];

  /** The events there are before the deployment are not its own. */
  constructor(before: readonly ServiceEvent[] | undefined) {
    this.#shown = new Set(before?.map(({ id }) => id ?? ""));
  }

  /** Lines for the events not shown yet, oldest first. */
  next(events: readonly ServiceEvent[] | undefined): string[] {
    const fresh = (events ?? []).filter(({ id }) => id && !this.#shown.has(id));
    for (const { id } of fresh) this.#shown.add(id ?? "");
    const lines = fresh
      .sort((a, b) => time(a) - time(b))
      .map((event) => `${new Date(time(event)).toISOString().slice(11, 19)}  ${event.message ?? ""}`);
    this.lines.push(...lines);
    return lines;
  }
}

function time({ createdAt }: ServiceEvent): number {
  return createdAt?.getTime() ?? 0;
}

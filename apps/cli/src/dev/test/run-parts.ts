/** Result of one part of `npm test`. */
export interface PartResult {
  readonly passed: number;
  readonly failed: number;
  /** Files with their durations, for the list of the slowest; without them the part itself is listed. */
  readonly pieces?: readonly { readonly title: string; readonly seconds: number }[];
  /** Output of the failed tests. */
  readonly report: string;
}

export interface Part {
  /** As it is typed: `npm test -- <name>`. */
  readonly name: string;
  readonly title: string;
  readonly run: () => Promise<PartResult>;
}

export interface PartRecord extends PartResult {
  readonly name: string;
  readonly title: string;
  readonly seconds: number;
}

export interface RunSettings {
  readonly signal: AbortSignal;
  readonly line: (text: string) => void;
  /** Called for each part that ran to its end. */
  readonly onEnd?: (record: PartRecord) => void;
}

/**
 * Runs lanes in parallel and the parts of a lane in sequence. A part that throws counts as failed and the next one runs.
 * After an interruption no other part starts, and interrupted parts count as failed.
 */
export async function runParts(
  lanes: readonly (readonly Part[])[],
  { signal, line, onEnd }: RunSettings,
): Promise<readonly PartRecord[]> {
  signal.throwIfAborted();
  const records: PartRecord[] = [];
  const runOne = async ({ name, title, run }: Part) => {
    line(`❯ ${title}`);
    const started = performance.now();
    const ended = await run().catch((error: Error): PartResult => ({ passed: 0, failed: 1, report: error.message }));
    const cutShort = signal.aborted && ended.failed === 0;
    const result = cutShort ? { ...ended, failed: 1, report: "cut short" } : ended;
    const record = { ...result, name, title, seconds: (performance.now() - started) / 1000 };
    records.push(record);
    if (!signal.aborted) onEnd?.(record);
    const { passed, failed, seconds } = record;
    line(`${failed > 0 ? "✖" : "✔"} ${title}: ${passed} passed, ${failed} failed [${seconds.toFixed(1)} s]`);
    if (failed > 0) line(bounded(result.report).replace(/^/gm, "  │ "));
  };
  const runLane = async (lane: readonly Part[]) => {
    for (const part of lane) {
      await runOne(part);
      if (signal.aborted) return;
    }
  };
  await Promise.all(lanes.map(runLane));
  return records;
}

const linesShown = 80;
const charactersShown = 240;

/** Shortens a report; the log file has all of it. */
function bounded(report: string): string {
  const lines = report.trim().split("\n");
  const shown = lines
    .slice(0, linesShown)
    .map((text) => (text.length > charactersShown ? `${text.slice(0, charactersShown)} …` : text));
  return [...shown, ...(lines.length > linesShown ? [`… ${lines.length - linesShown} more lines`] : [])].join("\n");
}

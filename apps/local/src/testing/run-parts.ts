import type { Part, PartResult } from "./part.ts";

export interface PartRecord extends PartResult {
  readonly title: string;
  readonly seconds: number;
}

/** Runs lanes side by side and the parts of a lane one after the other; a part that throws has failed, and the next one runs. */
export async function runParts(
  lanes: readonly (readonly Part[])[],
  { signal, line }: { readonly signal: AbortSignal; readonly line: (text: string) => void },
): Promise<readonly PartRecord[]> {
  const records: PartRecord[] = [];
  const runOne = async (part: Part) => {
    line(`❯ ${part.title}`);
    const started = performance.now();
    const result = await part
      .run()
      .catch((error: Error): PartResult => ({ passed: 0, failed: 1, report: error.message }));
    signal.throwIfAborted();
    const record = { ...result, title: part.title, seconds: (performance.now() - started) / 1000 };
    records.push(record);
    const { passed, failed, seconds } = record;
    line(`${failed > 0 ? "✖" : "✔"} ${part.title}: ${passed} passed, ${failed} failed [${seconds.toFixed(1)} s]`);
    if (failed > 0) line(bounded(result.report).replace(/^/gm, "  │ "));
  };
  const runLane = async (lane: readonly Part[]) => {
    for (const part of lane) await runOne(part);
  };
  await Promise.all(lanes.map(runLane));
  return records;
}

const linesShown = 80;
const charactersShown = 240;

/** The log file has the rest. */
function bounded(report: string): string {
  const lines = report.trim().split("\n");
  const shown = lines
    .slice(0, linesShown)
    .map((text) => (text.length > charactersShown ? `${text.slice(0, charactersShown)} …` : text));
  return [...shown, ...(lines.length > linesShown ? [`… ${lines.length - linesShown} more lines`] : [])].join("\n");
}

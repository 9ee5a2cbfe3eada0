import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import { type DefaultRenderer, Listr, type ListrTaskWrapper, PRESET_TIMER, type SimpleRenderer } from "listr2";
import { type TerminalOptions, terminalMarkdown } from "./markdown.ts";

/** Output functions of a step. */
export interface Step {
  /** Prints a line that stays on the terminal. */
  readonly print: (line: string) => void;
  /** Sets the result, shown with the step and in the summary table. */
  readonly result: (text: string) => void;
  /** Adds Markdown to the summary of the step, as on GitHub. */
  readonly markdown: (text: string) => void;
}

export interface StepRecord {
  readonly title: string;
  readonly seconds: number;
  readonly result: string;
}

export interface Reporter {
  step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T>;
  /** Steps that run side by side under one title. */
  together(title: string, parts: readonly { title: string; work: (step: Step) => Promise<void> }[]): Promise<void>;
  line(text: string): void;
  readonly records: readonly StepRecord[];
  /** Title of the step that works or worked last. */
  readonly current: string;
}

type Task = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;

const taskOptions = {
  rendererOptions: { persistentOutput: true, outputBar: Number.POSITIVE_INFINITY, timer: PRESET_TIMER },
  fallbackRendererOptions: { timer: PRESET_TIMER },
};

/** Shows steps with a spinner on a terminal, as plain lines elsewhere, and keeps their summaries as files in `folder`. */
export function createReporter(folder: string, { foldOver }: Pick<TerminalOptions, "foldOver"> = {}): Reporter {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const records: StepRecord[] = [];
  let current = "";
  let summaries = 0;
  const plain = !process.stdout.isTTY || Boolean(process.env.CI);
  const line = (text: string) => process.stdout.write(`${text}\n`);

  const show = (title: string, markdown: string) => {
    summaries += 1;
    const slug = title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "");
    writeFileSync(join(folder, `${String(summaries).padStart(2, "0")}-${slug}.md`), `${markdown.trim()}\n`);
    const shown = terminalMarkdown(markdown, { useColor: !plain, ...(foldOver === undefined ? {} : { foldOver }) });
    line(shown.replace(/^/gm, "  │ ").replace(/ +$/gm, ""));
  };

  const outputs = new Map<string, { markdown: string[]; result: string }>();
  /** Creates the output functions of a task; its Markdown belongs to `step`. */
  const createStep = (step: string, title: string, shown: Task): Step => {
    const output = outputs.get(step) ?? { markdown: [], result: "" };
    outputs.set(step, output);
    return {
      print: (text) => {
        shown.output = text;
      },
      result: (text) => {
        if (step === title) output.result = text;
        shown.title = `${title}: ${text}`;
      },
      markdown: (text) => output.markdown.push(text),
    };
  };

  /** Shows one step; `work` may return a list of subtasks. */
  const run = async (title: string, work: (shown: Task, failures: unknown[]) => Promise<Listr | undefined>) => {
    current = title;
    const started = performance.now();
    const failures: unknown[] = [];
    const task = (_context: unknown, shown: Task) => collectFailure(failures, () => work(shown, failures));
    const list = new Listr<unknown, "default", "simple">([{ title, task: task as never, ...taskOptions }], {
      renderer: "default",
      fallbackRenderer: "simple",
      fallbackRendererCondition: plain,
      // The CLI handles signals itself; listr2's handler would end the process.
      registerSignalListeners: false,
      rendererOptions: { collapseSubtasks: false, showErrorMessage: false },
    });
    await list.run().catch((error: unknown) => failures.push(error));
    const { markdown, result } = outputs.get(title) ?? { markdown: [], result: "" };
    outputs.delete(title);
    records.push({ title, seconds: (performance.now() - started) / 1000, result });
    for (const text of markdown) show(title, text);
    if (failures.length > 0) throw oneFailure(failures);
  };

  return {
    records,
    line,
    get current() {
      return current;
    },
    async step<T>(title: string, work: (step: Step) => Promise<T>) {
      let value: T | undefined;
      await run(title, async (shown) => {
        value = await work(createStep(title, title, shown));
        return undefined;
      });
      return value as T;
    },
    async together(title, parts) {
      await run(title, async (shown, failures) => {
        const tasks = parts.map((part) => ({
          title: part.title,
          task: (_context: unknown, sub: Task) =>
            collectFailure(failures, () => part.work(createStep(title, part.title, sub))),
          ...taskOptions,
        }));
        // A failed part does not cancel the others; the step ends when all have ended.
        return shown.newListr(tasks as never, { concurrent: true, exitOnError: false }) as unknown as Listr;
      });
    },
  };
}

/** What several parts miss is said at once; anything else than a sentence for people is thrown as it is. */
function oneFailure(failures: readonly unknown[]): unknown {
  const [first] = failures;
  const sentences = failures.filter((each): each is Failure => each instanceof Failure);
  const [one] = sentences;
  if (one === undefined || sentences[0] !== first || sentences.length === 1) return first;
  return new Failure(sentences.map(({ message }) => message).join("\n"), undefined, { logPath: one.logPath });
}

/** Collects the failure, which is printed once at the end of the run. */
async function collectFailure<T>(failures: unknown[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    failures.push(error);
    throw new Error("why: see the end");
  }
}

/** A reporter whose one step is a part of a parallel step. */
export function singlePart(outer: Reporter, part: Step): Reporter {
  return { ...partReporter(outer, part), step: (_, work) => work(part) };
}

/** A reporter that prints its steps as lines of one part of a parallel step. */
export function partReporter(outer: Reporter, part: Step): Reporter {
  return {
    line: part.print,
    records: outer.records,
    get current() {
      return outer.current;
    },
    async step(title, work) {
      const started = performance.now();
      let resultText = "";
      const value = await work({
        print: (line) => part.print(line),
        markdown: part.markdown,
        result: (text) => {
          resultText = text;
        },
      });
      const seconds = Math.round((performance.now() - started) / 1000);
      part.print(`${title}${resultText === "" ? "" : `: ${resultText}`} [${seconds}s]`);
      return value;
    },
    async together(title, parts) {
      await Promise.all(parts.map((each) => this.step(`${title}, ${each.title}`, each.work)));
    },
  };
}

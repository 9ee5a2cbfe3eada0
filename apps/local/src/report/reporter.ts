import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type DefaultRenderer, Listr, type ListrTaskWrapper, PRESET_TIMER, type SimpleRenderer } from "listr2";
import { terminalMarkdown } from "./terminal-markdown.ts";

/** What a step tells while it works. */
export interface Step {
  /** A line that stays. */
  readonly say: (line: string) => void;
  /** What came of it, in a few words: shown with the step and in the closing table. */
  readonly result: (text: string) => void;
  /** What GitHub would show as the summary of this step. */
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
export function createReporter(folder: string): Reporter {
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
    line(terminalMarkdown(markdown).replace(/^/gm, "  │ ").replace(/ +$/gm, ""));
  };

  const run = async (title: string, work: (step: Step, task: Task) => Promise<void>) => {
    current = title;
    const started = performance.now();
    const told: string[] = [];
    let result = "";
    let failure: unknown;
    const task = async (_context: unknown, shown: Task) => {
      const step: Step = {
        say: (text) => {
          shown.output = text;
        },
        result: (text) => {
          result = text;
          shown.title = `${title}: ${text}`;
        },
        markdown: (text) => told.push(text),
      };
      try {
        await work(step, shown);
      } catch (error) {
        failure = error;
        // The reason is said once, at the end of the run.
        throw new Error("why: see the end");
      }
    };
    const shown = new Listr<unknown, "default", "simple">([{ title, task, ...taskOptions }], {
      renderer: "default",
      fallbackRenderer: "simple",
      fallbackRendererCondition: plain,
      // The run has its own way to stop; listr2's would end the process under it.
      registerSignalListeners: false,
      rendererOptions: { collapseSubtasks: false, showErrorMessage: false },
    });
    await shown.run().catch((error: unknown) => {
      failure ??= error;
    });
    records.push({ title, seconds: (performance.now() - started) / 1000, result });
    for (const markdown of told) show(title, markdown);
    if (failure !== undefined) throw failure;
  };

  return {
    records,
    line,
    get current() {
      return current;
    },
    async step<T>(title: string, work: (step: Step) => Promise<T>) {
      let value: T | undefined;
      await run(title, async (step) => {
        value = await work(step);
      });
      return value as T;
    },
    async together(title, parts) {
      await run(title, async (_step, shown) => {
        const tasks = parts.map((part) => ({
          title: part.title,
          task: async (_context: unknown, sub: Task) => {
            await part.work({
              say: (text) => {
                sub.output = text;
              },
              result: (text) => {
                sub.title = `${part.title}: ${text}`;
              },
              markdown: (text) => show(part.title, text),
            });
          },
          ...taskOptions,
        }));
        await shown.newListr(tasks, { concurrent: true }).run();
      });
    },
  };
}

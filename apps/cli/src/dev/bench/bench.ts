import { Failure } from "@slipway/core";
import { Command } from "commander";
import type { CommandContext } from "../../command-context.ts";
import { runCommand } from "../../commands/run-command.ts";
import { ensureActionBundles } from "../../local/run-action.ts";
import { benchActions } from "./bench-actions.ts";
import { benchEdge } from "./bench-edge.ts";
import { benchImage } from "./bench-image.ts";
import { benchPlans } from "./bench-plans.ts";
import { benchStatic } from "./bench-static.ts";
import { benchSynth } from "./bench-synth.ts";
import { benchUnitTests, type Figure } from "./measure.ts";

export function benchCommand(root: string): Command {
  return new Command("bench")
    .description("measure what the project promises")
    .action(() => runCommand({ name: "bench", root, work: bench }));
}

/** Runs the benchmarks and fails if a value exceeds its limit. */
async function bench({ home, signal }: CommandContext): Promise<void> {
  const { root } = home;
  const print = (line: string) => void process.stderr.write(`${line}\n`);
  await ensureActionBundles(home, signal);
  const parts: readonly (readonly [string, () => readonly Figure[] | Promise<readonly Figure[]>])[] = [
    ["synth", () => benchSynth(root)],
    ["action bundles", () => benchActions(root)],
    ["edge", () => benchEdge(home, signal, print)],
    ["plans", () => benchPlans(home, signal, print)],
    ["static files", () => benchStatic(home, signal, print)],
    ["unit tests", () => benchUnitTests(root)],
    ["image", () => benchImage(home, print)],
  ];
  const figures: Figure[] = [];
  for (const [name, part] of parts) {
    print(`Measuring: ${name} …`);
    figures.push(...(await part()));
    signal.throwIfAborted();
  }
  const width = Math.max(...figures.map(({ what }) => what.length));
  for (const figure of figures) process.stdout.write(`${line(figure, width)}\n`);
  const over = figures.filter(isOver);
  if (over.length > 0) {
    throw new Failure(
      `${over.map(({ what, value, unit }) => `${what} (${value.toFixed(3)} ${unit})`).join(", ")} must keep the limit`,
      "close other programs and measure again, or find what grew",
    );
  }
}

const isOver = ({ value, limit }: Figure) => limit !== undefined && !(value <= limit);

function line(figure: Figure, width: number): string {
  const { what, value, unit, limit } = figure;
  const whole = unit === "calls" || unit === "processes" || (unit === "MB" && value >= 10);
  const shown = value.toFixed(whole ? 0 : 3).padStart(8);
  const promise = limit === undefined ? "" : `  ${isOver(figure) ? "OVER" : "ok  "} (limit ${limit} ${unit})`;
  return `${what.padEnd(width)} ${shown} ${unit.padEnd(2)}${promise}`;
}

import { diffLine } from "./diff-line.ts";
import { inlineText } from "./inline-text.ts";
import { paint } from "./paint.ts";
import { tableLines } from "./table-lines.ts";

export interface TerminalOptions {
  /** Colours for diffs, headings and warnings. @default false */
  readonly color?: boolean;
  /** A folded part with more lines than this shows its title and their number. @default nothing is folded, and no title marked */
  readonly foldOver?: number;
}

/** Markdown as a terminal shows it best: tables with aligned columns, HTML tags gone, everything else as it is written. */
export function terminalMarkdown(markdown: string, options: TerminalOptions = {}): string {
  return render(markdown.trim().split("\n"), options)
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trimEnd();
}

function render(lines: readonly string[], options: TerminalOptions): string[] {
  const out: string[] = [];
  for (let index = 0; index < lines.length; ) {
    const rest = lines.slice(index);
    const block = fence(rest, options) ?? details(rest, options) ?? table(rest) ?? single(rest, options);
    out.push(...block.shown);
    index += block.length;
  }
  return out;
}

interface Block {
  /** Lines that it takes. */
  readonly length: number;
  readonly shown: readonly string[];
}

function fence(lines: readonly string[], { color = false }: TerminalOptions): Block | undefined {
  const [, marks, language] = /^(`{3,})(\w*)$/.exec(lines[0] as string) ?? [];
  if (marks === undefined) return undefined;
  const end = lines.indexOf(marks, 1);
  const length = end === -1 ? lines.length : end + 1;
  const block = lines.slice(0, length);
  return { length, shown: language === "diff" ? block.slice(1, -1).map((line) => diffLine(line, color)) : block };
}

function details(lines: readonly string[], options: TerminalOptions): Block | undefined {
  const { foldOver } = options;
  const [, open, summary] = /^<details( open)?><summary>(.*)<\/summary>$/.exec(lines[0] as string) ?? [];
  const end = lines.indexOf("</details>");
  if (foldOver === undefined || summary === undefined || end === -1) return undefined;
  const inner = terminalMarkdown(lines.slice(1, end).join("\n"), options).split("\n");
  const title = inlineText(summary);
  if (open === undefined && inner.length > foldOver)
    return { length: end + 1, shown: [`▸ ${title} (${inner.length} lines)`] };
  return { length: end + 1, shown: [`▾ ${title}`, ...inner.map((line) => `  ${line}`)] };
}

function table(lines: readonly string[]): Block | undefined {
  const end = lines.findIndex((line) => !line.trimStart().startsWith("|"));
  const length = end === -1 ? lines.length : end;
  return length === 0 ? undefined : { length, shown: tableLines(lines.slice(0, length)) };
}

const alerts: Readonly<Record<string, string>> = {
  NOTE: "ℹ Note",
  TIP: "ℹ Tip",
  IMPORTANT: "‼ Important",
  WARNING: "⚠ Warning",
  CAUTION: "⚠ Caution",
};

function single([line = ""]: readonly string[], { color = false }: TerminalOptions): Block {
  const [, kind] = /^> \[!([A-Z]+)\]$/.exec(line) ?? [];
  const alert = kind === undefined ? undefined : alerts[kind];
  if (alert !== undefined) return { length: 1, shown: [paint(alert, kind === "CAUTION" ? "red" : "yellow", color)] };
  const text = inlineText(line).replace(/^> ?/, "▌ ");
  if (text === "" && line !== "") return { length: 1, shown: [] };
  return { length: 1, shown: [/^#+ /.test(text) ? paint(text, "bold", color) : text] };
}

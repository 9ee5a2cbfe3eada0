export interface TerminalOptions {
  /** Colours for diffs, headings and warnings. @default false */
  readonly useColor?: boolean;
  /** A folded part with more lines than this shows its title and their number. @default nothing is folded, and no title marked */
  readonly foldOver?: number;
}

/** Formats Markdown for a terminal: tables are aligned and HTML tags removed, the rest stays as written. */
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

function fence(lines: readonly string[], { useColor = false }: TerminalOptions): Block | undefined {
  const [, marks, language] = /^(`{3,})(\w*)$/.exec(lines[0] as string) ?? [];
  if (marks === undefined) return undefined;
  const end = lines.indexOf(marks, 1);
  const length = end === -1 ? lines.length : end + 1;
  const block = lines.slice(0, length);
  return { length, shown: language === "diff" ? block.slice(1, -1).map((line) => diffLine(line, useColor)) : block };
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

function single([line = ""]: readonly string[], { useColor = false }: TerminalOptions): Block {
  const [, kind] = /^> \[!([A-Z]+)\]$/.exec(line) ?? [];
  const alert = kind === undefined ? undefined : alerts[kind];
  if (alert !== undefined) return { length: 1, shown: [color(alert, kind === "CAUTION" ? "red" : "yellow", useColor)] };
  const text = inlineText(line).replace(/^> ?/, "▌ ");
  if (text === "" && line !== "") return { length: 1, shown: [] };
  return { length: 1, shown: [/^#+ /.test(text) ? color(text, "bold", useColor) : text] };
}

const entities: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&amp;": "&",
  "&quot;": '"',
  "&#39;": "'",
};

/** Removes HTML tags, links and bold from a line of Markdown and shortens long digests. */
function inlineText(text: string): string {
  return (
    text
      .replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, "$1…")
      .replace(/\[([^\]]+)\]\(https?:[^)]*\)/g, "")
      .replace(/( ·)(?: +·)+/g, "$1")
      .replace(/ · *(?=<\/sub>$|$)/, "")
      .replace(/<br\s*\/?>/g, " ")
      .replace(/<!--.*?-->/g, "")
      .replace(/<\/?(details|summary|b|code|pre|sub|strong|em|a|p|table|tr|td|th|thead|tbody)(\s[^>]*)?>/g, "")
      .replace(/\*\*(.+?)\*\*/g, "$1")
      .replace(/&(lt|gt|amp|quot|#39);/g, (entity) => entities[entity] ?? entity)
      // Removes Markdown's backslash escapes outside of code spans.
      .split(/(`[^`]*`)/)
      .map((part, index) => (index % 2 === 1 ? part : part.replace(/\\([!-/:-@[-`{}~])/g, "$1")))
      .join("")
      .trimEnd()
  );
}

/** Formats a Markdown table with aligned columns and without its delimiter row. */
function tableLines(lines: readonly string[]): string[] {
  const rows = lines.map(cells);
  const rule = rows.findIndex((row) => row.every((cell) => /^:?-+:?$/.test(cell)));
  const rightAligned = (column: number) => rows[rule]?.[column]?.endsWith("-:") ?? false;
  const body = rows.filter((row, index) => index !== rule && row.some((cell) => cell !== ""));
  const columns = Math.max(0, ...body.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...body.map((row) => [...(row[column] ?? "")].length)),
  );
  return body.map((row) =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? "";
        const space = " ".repeat(width - [...cell].length);
        return rightAligned(column) ? space + cell : cell + space;
      })
      .join("  ")
      .trimEnd(),
  );
}

function cells(line: string): readonly string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => inlineText(cell).replaceAll("\\|", "|").trim());
}

const colors = { "+": "green", "-": "red", "!": "yellow", "@": "cyan" } as const;

/** Longer lines are cut; the summary file has the whole line. */
const longest = 200;

/** Colours a line of a diff block by its first character, as GitHub does. */
function diffLine(line: string, useColor: boolean): string {
  const first = colors[line.charAt(0) as keyof typeof colors];
  const whole = line.replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, "$1…");
  const text = whole.length > longest ? `${whole.slice(0, longest)} …` : whole;
  return first === undefined ? text : color(text, first, useColor);
}

const codes = { bold: [1, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], cyan: [36, 39] } as const;

/** Adds ANSI colour codes to a text if `enabled`. */
function color(text: string, name: keyof typeof codes, enabled: boolean): string {
  const [start, end] = codes[name];
  return enabled && text !== "" ? `\u001b[${start}m${text}\u001b[${end}m` : text;
}

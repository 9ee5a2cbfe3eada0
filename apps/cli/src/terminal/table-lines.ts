import { inlineText } from "./inline-text.ts";

/** The lines of a Markdown table with aligned columns and without its rule. */
export function tableLines(lines: readonly string[]): string[] {
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

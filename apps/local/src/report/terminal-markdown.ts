type Row = readonly string[];

/** Markdown as a terminal shows it best: tables with aligned columns, HTML tags gone, everything else as it is written. */
export function terminalMarkdown(markdown: string): string {
  const lines = markdown.trim().split("\n");
  const out: string[] = [];
  for (let index = 0; index < lines.length; ) {
    const table = lines.slice(index).findIndex((line) => !line.trimStart().startsWith("|"));
    const length = table === -1 ? lines.length - index : table;
    if (length === 0) {
      const line = plain(lines[index] as string);
      if (line !== "" || lines[index] === "") out.push(line);
      index += 1;
    } else {
      out.push(...alignTable(lines.slice(index, index + length)));
      index += length;
    }
  }
  return out
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trimEnd();
}

function alignTable(lines: readonly string[]): string[] {
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

function cells(line: string): Row {
  return line
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => plain(cell).replaceAll("\\|", "|").trim());
}

const entities: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&amp;": "&",
  "&quot;": '"',
  "&#39;": "'",
};

function plain(text: string): string {
  return text
    .replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, "$1…")
    .replace(/\[([^\]]+)\]\(https?:[^)]*\)/g, "")
    .replace(/<br\s*\/?>/g, " ")
    .replace(/<!--.*?-->/g, "")
    .replace(/<\/?(details|summary|b|code|pre|sub|strong|em|a|p|table|tr|td|th|thead|tbody)(\s[^>]*)?>/g, "")
    .replace(/\*\*(.+?)\*\*/g, "$1")
    .replace(/&(lt|gt|amp|quot|#39);/g, (entity) => entities[entity] ?? entity)
    .trimEnd();
}

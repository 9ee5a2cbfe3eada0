/** Small pieces of the job summaries. */
export const markdown = {
  code(text: string): string {
    return `\`${text.replaceAll("`", "'").replaceAll("|", "\\|").replaceAll("\n", " ")}\``;
  },

  /** Text as it is where no sign of it means anything in Markdown or to GitHub, else as code. */
  word(text: string): string {
    const plain = /^[\w /.,:()-]*$/.test(text) && !/\/\/|\bwww\.|\b_|_\b/i.test(text);
    return plain ? text : markdown.code(text);
  },

  /** A sentence of ours with code in backticks, in which nothing else means anything: no link, no image, no mention. */
  prose(text: string): string {
    const parts = text.split(/(`[^`\n]*`)/);
    return parts.map((part, index) => (index % 2 === 1 ? part : plainText(part))).join("");
  },

  cell(text: string): string {
    return text.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ");
  },

  /** Two columns without a heading: facts by name. Facts without a value are left out. */
  facts(rows: readonly (readonly [string, string])[]): string {
    const lines = rows.filter(([, value]) => value !== "").map(([name, value]) => `| ${name} | ${value} |`);
    return ["| | |", "|---|---|", ...lines, ""].join("\n");
  },

  table(head: readonly string[], align: readonly string[], rows: readonly (readonly string[])[]): string {
    const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
    return [line(head), `|${align.join("|")}|`, ...rows.map(line), ""].join("\n");
  },

  /** Verbatim text; its fence is longer than any in it. */
  fenced(language: string, text: string): string {
    const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
    const fence = "`".repeat(longest + 1);
    return `${fence}${language}\n${text}\n${fence}`;
  },

  /** A folded block of verbatim text. */
  details(title: string, text: string, language = "text"): string {
    return `<details><summary>${title}</summary>\n\n${markdown.fenced(language, text)}\n\n</details>\n`;
  },
};

/** Names to call and bare addresses are found after escapes are gone; in code nothing is. */
function plainText(text: string): string {
  return text.replace(/[\\`*_[\]<>#|~&]/g, "\\$&").replace(/@|:\/\/|\bwww\./gi, "`$&`");
}

/** Small pieces of job summaries and comments. What is not ours comes in by `code`, `prose`, `cell`, `html` or a fence. */
export const markdown = {
  code(text: string): string {
    return `\`${text.replaceAll("`", "'").replaceAll("|", "\\|").replace(/\s/g, " ")}\``;
  },

  /** Text as it is where no sign of it means anything in Markdown or to GitHub, else as code. */
  word(text: string): string {
    const plain = /^[\w /.,:()-]*$/.test(text) && !/\/\/|\bwww\.|\b_|_\b/i.test(text) && !linked.test(text);
    return plain ? text : markdown.code(text);
  },

  /** A sentence of ours with code in backticks, in which nothing else means anything: no link, no image, no mention. */
  prose(text: string): string {
    // A longer run of backticks would be the sign of other code than what stands here.
    const parts = text.split(/((?<!`)`[^`\n]+`(?!`))/);
    return joined(parts.map((part, index) => (index % 2 === 1 ? part : plainText(part))));
  },

  /** Text within one cell of a table. */
  cell(text: string): string {
    return plainText(text.replaceAll("`", "'").replaceAll(/\s*\n\s*/g, " "));
  },

  /** Text within HTML, in which Markdown means nothing. */
  html(text: string): string {
    return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replace(/\s/g, " ");
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

/**
 * Names to call, addresses and what GitHub links by itself (`GH-1`, `octo/repo#2`, a commit) are found after escapes are gone;
 * in code nothing is.
 */
const linked = /@|:\/\/|#\d|\bwww\.|\bgh-\d|\bmailto:|\bxmpp:|\b(?=\d{0,40}[a-f])(?=[a-f]{0,40}\d)[0-9a-f]{7,40}\b/i;

function plainText(text: string): string {
  const words = text.split(/([^\s`|]+)/);
  const shown = words.map((word) => (linked.test(word) ? asCode(word) : escaped(word)));
  return joined(shown)
    .replace(/^(\s*)([-+=])/gm, "$1\\$2")
    .replace(/^(\s*\d{1,9})([.)])/gm, "$1\\$2")
    .replace(/^(?: {4,}|\t+)/gm, " ");
}

/** A word as code; brackets around it and what ends the sentence stay outside. */
function asCode(word: string): string {
  const [, open = "", inner = word, close = ""] = /^(\()(.+?)(\)[.,;:]*)$/.exec(word) ?? [];
  return `${open}\`${inner}\`${close}`;
}

/** Two pieces of code that touch would be one. */
function joined(parts: readonly string[]): string {
  let text = "";
  for (const part of parts) text += text.endsWith("`") && part.startsWith("`") ? ` ${part}` : part;
  return text;
}

function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>#|~&$]/g, "\\$&");
}

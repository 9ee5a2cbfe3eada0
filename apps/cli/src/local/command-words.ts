import { Failure } from "@slipway/core";
import { quote, split } from "shlex";

/**
 * A command that a person typed as one text. A JSON list is taken as it is; other text is split into words as a shell splits them, but none runs it:
 * what only a shell understands is refused.
 */
export function readCommandWords(option: string, text: string): readonly string[] {
  const trimmed = text.trim();
  if (trimmed === "")
    throw new Failure(`${option} (${text}) must not be empty`, "leave it out to run the image's own command");
  if (trimmed.startsWith("[")) return readList(option, trimmed);
  const needed = shellSyntax(trimmed);
  if (needed !== undefined) {
    throw new Failure(
      `${option} (${trimmed}) must do without a shell, and \`${needed}\` outside of quotes needs one`,
      `write it as sh -c ${quote(trimmed)}`,
    );
  }
  try {
    return split(trimmed);
  } catch {
    throw new Failure(`${option} (${trimmed}) must close each quote that it opens`, "add the missing one");
  }
}

function readList(option: string, text: string): readonly string[] {
  const words = parsed(text);
  const isList = Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === "string");
  if (isList && words[0] !== "") return words;
  throw new Failure(
    `${option} (${text}) must be a JSON list of words where it begins with [`,
    'write for example ["gunicorn", "shop.wsgi"]',
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const quoted = /\\[\s\S]|'[^']*'|"(?:\\[\s\S]|[^"\\])*"/g;
const operators = /&&|\|\|?|;|>>?|<|&(?=\s|$)|\$[A-Za-z_]\w*|\$\{[^}]*\}?|\$\(|`/;
/** A variable before the command, or a command that only a shell has. */
const shellOnly = /^(?:[A-Za-z_]\w*=|(?:exec|cd|source|export|set|ulimit|\.)(?=\s))\S*/;

/** The first thing in the text that only a shell understands. */
function shellSyntax(text: string): string | undefined {
  const bare = text.replace(quoted, (part) => "_".repeat(part.length));
  return operators.exec(bare)?.[0] ?? shellOnly.exec(bare)?.[0];
}

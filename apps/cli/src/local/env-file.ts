import { readFileSync } from "node:fs";
import { Failure } from "@slipway/core";

/** What an env file says. */
export interface EnvFile {
  /** Values by name, without the empty ones. */
  readonly values: Readonly<Record<string, string>>;
  /** Names whose value is empty. */
  readonly empty: readonly string[];
}

/** The parameter store takes no longer value. */
const longestValue = 4096;

/** Reads the file behind an option; a failure names lines and variables, never a value. */
export function readEnvFile(option: string, path: string, given: string): EnvFile {
  const what = `${option} (${given})`;
  const all = parseEnvFile(readText(path, what), what);
  const names = Object.keys(all);
  if (names.length === 0)
    throw new Failure(`${what} must hold NAME=value lines`, "leave the option out when there are none");
  const long = names.find((name) => Buffer.byteLength(all[name] as string) > longestValue);
  if (long !== undefined) {
    const rule = `must give ${long} no more than ${longestValue} bytes, which is what a parameter can hold`;
    throw new Failure(`${what} ${rule}`, "give what is longer to the app in another way");
  }
  const entries = Object.entries(all);
  return {
    values: Object.fromEntries(entries.filter(([, value]) => value !== "")),
    empty: names.filter((name) => all[name] === ""),
  };
}

function readText(path: string, what: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    throw new Failure(`${what} must be a file that can be read`, "give one with NAME=value lines");
  }
  try {
    // The decoder skips the byte-order mark.
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Failure(`${what} must be text in UTF-8`, "save it with that encoding");
  }
}

const name = String.raw`(?<name>[^\s=#'"][^\s=]*)`;
const single = String.raw`'(?<single>(?:\\[\s\S]|[^'\\])*)'`;
const double = String.raw`"(?<double>(?:\\[\s\S]|[^"\\])*)"`;
/** A quoted value may go over several lines; of an unquoted one a comment begins after white space. */
const assignment = new RegExp(
  String.raw`(?:export[ \t]+)?${name}[ \t]*=(?:[ \t]*(?:${single}|${double})[ \t]*(?:#[^\n]*)?(?=\n|$)|(?![ \t]*['"])(?<plain>[^\n]*))`,
  "y",
);
const skipped = /(?:[ \t]*(?:#[^\n]*)?(?:\n|$))*[ \t]*/y;

/** Reads env files as Compose and python-dotenv do. */
export function parseEnvFile(text: string, what: string): Record<string, string> {
  const source = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const values = new Map<string, string>();
  let position = 0;
  const next = (pattern: RegExp) => {
    pattern.lastIndex = position;
    const found = pattern.exec(source);
    if (found !== null) position = pattern.lastIndex;
    return found?.groups;
  };
  for (;;) {
    next(skipped);
    if (position >= source.length) return Object.fromEntries(values);
    const line = source.slice(0, position).split("\n").length;
    const found = next(assignment);
    if (found === undefined) throw notAssignment(source.slice(position).split("\n", 1)[0] ?? "", line, what);
    const variable = found.name as string;
    if (!/^[A-Za-z_]\w*$/.test(variable)) {
      const rule = `must name variables with letters, digits and _, not ${variable} (line ${line})`;
      throw new Failure(`${what} ${rule}`, "rename it");
    }
    values.set(variable, readValue(found, values));
  }
}

function readValue(
  { single, double, plain = "" }: Readonly<Record<string, string | undefined>>,
  earlier: ReadonlyMap<string, string>,
): string {
  // Both readers fill in a variable from further up; every other dollar stays.
  const filled = (whole: string, variable = "") => earlier.get(variable) ?? whole;
  if (single !== undefined) return single.replace(/\\(['\\])/g, "$1");
  if (double === undefined)
    return plain
      .replace(/\s+#.*$/, "")
      .trim()
      .replace(/\$\{(\w+)\}/g, filled);
  return double.replace(/\\(["'\\$nrtabfv])|\$\{(\w+)\}/g, (whole, letter?: string, variable?: string) =>
    letter === undefined ? filled(whole, variable) : (escapes[letter] ?? letter),
  );
}

const escapes: Readonly<Record<string, string>> = {
  ...{ n: "\n", r: "\r", t: "\t" },
  ...{ a: "\x07", b: "\b", f: "\f", v: "\v" },
};

function notAssignment(line: string, number: number, what: string): Failure {
  const quoted = /^[^=]*=[ \t]*(['"])/.test(line);
  return quoted
    ? new Failure(
        `${what} must hold nothing but a comment after a quoted value, and close its quote (line ${number})`,
        "add the quote that is missing, or quote the whole value",
      )
    : new Failure(`${what} must hold NAME=value lines, and line ${number} is none`, "correct it, or begin it with #");
}

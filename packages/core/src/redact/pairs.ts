import { hidden } from "./logins.ts";
import { isSecretName, isSecretPair } from "./secret-names.ts";
import { isReference } from "./secret-patterns.ts";

/** `password=…`, `"token": "…"`, `<password>…</password>`, `Authorization: Bearer …`, `?sig=…`, lines of `.pgpass`. */
export function hidePairs(text: string): string {
  const headers = text
    .replace(/\b(Bearer|Basic|Token)(\s+)[\w+/=.~-]{8,}/g, `$1$2${hidden}`)
    .replace(/\b((?:Set-)?Cookie|Proxy-Authorization)(:[ \t]*)(?!•)[^\n"']{3,}/gi, `$1$2${hidden}`);
  const signed = headers.replace(
    /([?&](?:sig|signature|x-amz-signature|x-amz-security-token|x-amz-credential|code|key|access|auth)=)[^&\s"']+/gi,
    `$1${hidden}`,
  );
  const passes = signed.replace(
    /((?:^|[\s"'=])[^\s:"'=/]{1,200}:(?:\d{1,5}|\*):[^\s:"']{1,64}:[^\s:"']{1,64}:)[^\s"']+/gm,
    `$1${hidden}`,
  );
  return hideAssignments(hideElements(hideListed(passes)));
}

/** `{"name": "TOKEN", "value": "…"}` and `<add key="Password" value="…"/>`. */
function hideListed(text: string): string {
  if (!/value/i.test(text)) return text;
  const listed =
    /((?:name|key)\\*["']?\s{0,9}[:=]\s{0,9}\\*["']([^"'\\\n]{1,64})\\*["']\s{0,9},?\s{0,9}(?:\\*"?\w{1,30}\\*"?\s{0,9}[:=]\s{0,9}\\*"[^"\\]{0,200}\\*"\s{0,9},?\s{0,9})?\\*["']?value\\*["']?\s{0,9}[:=]\s{0,9})(\\*["'])/gi;
  let safe = "";
  let from = 0;
  for (let match = listed.exec(text); match !== null; match = listed.exec(text)) {
    const at = match.index + (match[1] ?? "").length;
    const [start, stop] = quotedValue(text, at);
    const isNamed = /PARAMETER_STORE|SECRETS_MANAGER/.test(match[1] ?? "");
    if (isNamed || !isSecretPair(match[2] ?? "", text.slice(start, stop))) continue;
    safe += text.slice(from, start) + hidden;
    from = stop;
    listed.lastIndex = stop;
  }
  return safe + text.slice(from);
}

/** `<password>…</password>` */
function hideElements(text: string): string {
  if (!text.includes("</") && !text.includes("&lt;/")) return text;
  return text.replace(
    /((?:<|&lt;)(?:[\w-]{1,30}:)?([\p{L}\p{N}\p{M}\p{Cf}_.-]{1,64})(?:\s[^<>\n]{0,200})?(?:>|&gt;)(?:<!\[CDATA\[)?)([^<\n]{1,2000}?)(?=\]\]>|<|&lt;\/)/gu,
    (whole, start: string, name: string, value: string) => (isSecretPair(name, value) ? `${start}${hidden}` : whole),
  );
}

const sign = /\\{0,16}["']?[ \t]?(?::=|=>|==?|:)[ \t]*/g;
const nameChar = /[\p{L}\p{N}\p{M}\p{Cf}_.$-]/u;

/** Goes from one sign to the next and looks at what stands on both sides: a value may hold pairs of its own. */
function hideAssignments(text: string): string {
  let safe = "";
  let from = 0;
  let lineEnd = -1;
  sign.lastIndex = 0;
  for (let match = sign.exec(text); match !== null; match = sign.exec(text)) {
    const at = match.index + match[0].length;
    // An address, not a pair.
    if (text.startsWith("//", at) && match[0].endsWith(":")) continue;
    const start = nameStart(text, match.index, from, match[0]);
    const name = text.slice(start, match.index);
    if (name === "" || !isSecretName(name) || isHost(name) || isInReference(text, start)) continue;
    if (lineEnd < at) lineEnd = indexOrEnd(text, "\n", at);
    const [valueFrom, valueTo] = valueAt(text, { at, sign: match[0], nameFrom: start, lineEnd });
    const value = text.slice(valueFrom, valueTo);
    if (value.trim() === "" || !isSecretPair(name, value)) {
      // Not what is in it either.
      if (isReference(value)) sign.lastIndex = Math.max(at, valueTo);
      continue;
    }
    safe += text.slice(from, valueFrom) + hidden;
    from = valueTo;
    sign.lastIndex = valueTo;
  }
  return safe + text.slice(from);
}

/** Where the name before a sign begins: letters of any language; more words where it is quoted. */
function nameStart(text: string, end: number, least: number, its: string): number {
  const lowest = Math.max(least, end - 80);
  const quote = /^\\*(["'])/.exec(its)?.[1];
  if (quote !== undefined) {
    const near = text.slice(lowest, end);
    const open = near.lastIndexOf(quote);
    if (open >= 0 && !near.slice(open).includes("\n")) return lowest + open + 1;
  }
  let start = end;
  const back = () => {
    while (start > lowest && isNameChar(text, start - 1)) start -= 1;
  };
  back();
  // `Access Key = …`
  if (/^(key|string|phrase|code|word)$/i.test(text.slice(start, end)) && text[start - 1] === " ") {
    start -= 1;
    back();
  }
  return start;
}

function isNameChar(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 128)
    return (
      (code >= 48 && code <= 57) ||
      (code >= 65 && code <= 90) ||
      (code >= 97 && code <= 122) ||
      code === 95 ||
      code === 45 ||
      code === 46 ||
      code === 36
    );
  // Halves of a pair are letters of rare scripts, or styled Latin ones.
  return (code >= 0xd800 && code <= 0xdfff) || nameChar.test(text[at] ?? "");
}

/** `token.actions.githubusercontent.com:sub` is a condition key. */
function isHost(name: string): boolean {
  return /^([a-z0-9-]+\.){2,}[a-z]{2,}$/.test(name);
}

interface Place {
  readonly at: number;
  readonly sign: string;
  readonly nameFrom: number;
  readonly lineEnd: number;
}

/** In `arn:aws:secretsmanager:…:secret:web` no sign stands before a value. */
function isInReference(text: string, at: number): boolean {
  return /(arn:aws|\{\{resolve:)[\w:/{-]*:$/.test(text.slice(Math.max(0, at - 120), at));
}

/** From where to where the value goes, its quotes left out. */
function valueAt(text: string, { at, sign: its, nameFrom, lineEnd }: Place): [number, number] {
  const char = text[at] ?? "";
  const start = text.slice(at, at + 20);
  if (/^\\*["'`]/.test(start) || start.startsWith("$'")) return quotedValue(text, at);
  if (char === "{" && !start.startsWith("{{")) return its.includes("=") ? [at, bracesEnd(text, at, lineEnd)] : [at, at];
  if (char === "[") {
    const closed = text.slice(at, lineEnd).indexOf("]");
    return /^\[\s*["'\w]/.test(start) ? [at, closed === -1 ? lineEnd : at + closed] : [at, at];
  }
  const isLine = /(^|[\n="'([])[ \t]*(- |export |set |ENV |ARG )?["']?$/i.test(
    text.slice(Math.max(0, nameFrom - 20), nameFrom),
  );
  if (isLine && /^[|>][+-]?[ \t]*\r?$/.test(text.slice(at, Math.min(lineEnd, at + 8))))
    return [at, blockEnd(text, lineEnd, nameFrom)];
  return [at, bareEnd(text, at, lineEnd, isLine)];
}

function indexOrEnd(text: string, what: string, at: number): number {
  const found = text.indexOf(what, at);
  return found === -1 ? text.length : found;
}

/** `{Elm;Finch-2}` of ODBC, in which `}}` stands for one. */
function bracesEnd(text: string, at: number, lineEnd: number): number {
  for (let index = at + 1; index < lineEnd; index += 1) {
    if (text[index] !== "}") continue;
    if (text[index + 1] !== "}") return index + 1;
    index += 1;
  }
  return lineEnd;
}

/** The lines of a YAML block: those that stand further in. */
function blockEnd(text: string, lineEnd: number, nameFrom: number): number {
  const line = text.slice(text.lastIndexOf("\n", nameFrom - 1) + 1, nameFrom);
  const indent = line.length - line.trimStart().length;
  let end = lineEnd;
  while (end < text.length) {
    const next = text.slice(end + 1, indexOrEnd(text, "\n", end + 1));
    if (next.trim() !== "" && next.length - next.trimStart().length <= indent) return end;
    end += 1 + next.length;
  }
  return Math.min(end, text.length);
}

/** A space, the sign before another pair, or what closes around it. */
const stop =
  /\s|;(?=\s{0,3}[\p{L}\w.$ -]{1,40}\s?[=:]|\s|$)|[&,|](?=\s{0,3}[\p{L}\w.$-]{1,40}[=:]|\s|$)|["'`](?=[\],})\s;:&|]|$)|\\{1,16}["'n]|[)}\]]{1,16}(?=[,;\s]|$)|<\//gu;

/** A value without quotes: to the end of its word, or to the next pair; a line of its own to its end. */
function bareEnd(text: string, at: number, lineEnd: number, isLine: boolean): number {
  const number = /^-?\d+(?=[,}\]])/.exec(text.slice(at, at + 30));
  if (number !== null) return at + number[0].length;
  stop.lastIndex = at;
  const found = stop.exec(text);
  const end = Math.min(found?.index ?? text.length, lineEnd);
  if (found === null || !/\s/.test(found[0])) return end;
  // The words up to the next sign of a list of pairs belong to the value.
  const rest = text.slice(end, Math.min(lineEnd, end + 200));
  const more = /^[^=;"']*(?=;)/.exec(rest);
  if (more !== null) return end + more[0].length;
  return isLine && !/[=:"']\S/.test(rest) ? lineEnd : end;
}

/** A value in quotes, with what a shell joins to it: `'a'\''b'`. */
function quotedValue(text: string, at: number): [number, number] {
  const [open = "", slashes = "", quote = ""] = /^\$?(\\*)(["'`])/.exec(text.slice(at, at + 60)) ?? [];
  const from = at + open.length;
  const triple = slashes === "" && text.startsWith(quote.repeat(2), from) && quote !== "`";
  if (triple) {
    const stop = text.indexOf(quote.repeat(3), from + 2);
    return [from + 2, stop === -1 ? text.length : stop];
  }
  for (let index = from; index < text.length; index += 1) {
    const char = text[index];
    if (char === "\\") {
      const run = /^\\+/.exec(text.slice(index, index + 60))?.[0].length ?? 1;
      if (slashes !== "" && text[index + run] === quote && run === slashes.length) return [from, index];
      index += slashes === "" ? 1 : run;
    } else if (char === quote && slashes === "") {
      // Doubled, it stands for itself.
      if (text[index + 1] === quote && index > from) index += 1;
      else return [from, joinedEnd(text, index, index + 1)];
    }
  }
  return [from, text.length];
}

/** What a shell joins to a quoted part goes on to the next space outside of quotes. */
function joinedEnd(text: string, closed: number, from: number): number {
  const part = /\\.|'[^'\n]{0,1000}'|"(?:[^"\\\n]|\\.){0,1000}"|[^\s'"\\;,&|)\]}>:/?]+/y;
  let index = from;
  for (part.lastIndex = index; part.test(text); part.lastIndex = index) index = part.lastIndex;
  return index === from ? closed : index;
}

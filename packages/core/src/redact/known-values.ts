import { hidden } from "./logins.ts";

interface Needles {
  /** As they stand in the text. */
  readonly plain: readonly string[];
  /** What base64 and hexadecimal make of them; all around it belongs to the secret. */
  readonly encoded: readonly string[];
  /** As they stand in a text whose escapes are undone, and without quotes and separators besides. */
  readonly decoded: readonly string[];
  readonly joined: readonly string[];
}

const cache = new WeakMap<readonly string[], Needles>();

function needlesOf(secrets: readonly string[]): Needles {
  const cached = cache.get(secrets);
  if (cached !== undefined) return cached;
  const plain = [...new Set(secrets.filter((secret) => secret !== ""))];
  const long = plain.filter((secret) => secret.length >= 6);
  const unique = (texts: readonly string[]) => [...new Set(texts.filter((text) => text.length >= 5))];
  const written = long.flatMap((secret) => (secret.includes(" ") ? [secret, secret.replaceAll(" ", "+")] : [secret]));
  const decoded = unique(written.map((secret) => decode(whole(secret)).text));
  const joined = unique(decoded.map((secret) => join(whole(secret)).text));
  const needles = {
    plain: [...new Set([...plain, ...written])],
    encoded: [...new Set(long.filter((secret) => !secret.includes("\n")).flatMap(encodings))],
    decoded,
    joined,
  };
  cache.set(secrets, needles);
  return needles;
}

/** Base64 at each of three places of a longer text, without the letters that its neighbours change, and hexadecimal. */
function encodings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    const core = text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
    return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
  });
  const hex = bytes.toString("hex");
  return [...base64, hex, hex.toUpperCase()].filter((text) => text.length >= 7);
}

/** Hides values that are known to be secret, in whatever writing: escaped, URL-encoded, in base64, split over a list. */
export function hideKnown(text: string, secrets: readonly string[]): string {
  if (secrets.length === 0) return text;
  const needles = needlesOf(secrets);
  const found: [number, number][] = [];
  const own = whole(text);
  for (const needle of needles.plain) find(own, needle, found);
  for (const needle of needles.encoded) {
    const at = found.length;
    find(own, needle, found);
    for (const range of found.slice(at)) widen(text, range);
  }
  if (/[\\%&]/.test(text)) for (const needle of needles.decoded) find(decodedOnce(own), needle, found);
  if (/["'`\\\s]/.test(text)) for (const needle of needles.joined) find(joinedOnce(own), needle, found);
  return replaced(text, found);
}

/** A text made of another one, and where each of its characters came from. */
interface Derived {
  readonly text: string;
  /** Undefined where they are the same. */
  readonly from: Int32Array | undefined;
  readonly to: Int32Array | undefined;
  decoded?: Derived;
  joined?: Derived;
}

const whole = (text: string): Derived => ({ text, from: undefined, to: undefined });

function decodedOnce(own: Derived): Derived {
  own.decoded ??= decode(own);
  return own.decoded;
}

function joinedOnce(own: Derived): Derived {
  own.joined ??= join(decodedOnce(own));
  return own.joined;
}

function find({ text, from, to }: Derived, needle: string, found: [number, number][]): void {
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + needle.length)) {
    const end = at + needle.length;
    found.push([from?.[at] ?? at, to?.[end - 1] ?? end]);
  }
}

function widen(text: string, range: [number, number]): void {
  const isOne = (char: string | undefined) => char !== undefined && /[A-Za-z0-9+/_=-]/.test(char);
  while (range[0] > 0 && isOne(text[range[0] - 1])) range[0] -= 1;
  while (isOne(text[range[1]])) range[1] += 1;
}

function replaced(text: string, found: [number, number][]): string {
  if (found.length === 0) return text;
  found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  let safe = "";
  let end = 0;
  for (const [from, to] of found) {
    if (to <= end) continue;
    if (from >= end) safe += text.slice(end, from) + hidden;
    end = to;
  }
  return safe + text.slice(end);
}

const escapes =
  /\\{1,16}u([0-9a-f]{4})|\\{1,16}x([0-9a-f]{2})|(?:%(?:25){0,4}[0-9a-f]{2})+|&(?:amp;){0,4}(?:#(\d{1,6})|#x([0-9a-f]{1,5})|(quot|apos|lt|gt|amp));|\\{1,16}(?=[^\w\s])/gi;
const entities: Readonly<Record<string, string>> = { quot: '"', apos: "'", lt: "<", gt: ">", amp: "&" };

/** Escapes of JSON, URLs, HTML and shells undone, one over the other too. */
function decode(own: Derived): Derived {
  return derive(own, escapes, (match) => {
    const [all, unicode, byte, decimal, hex, entity] = match;
    if (entity !== undefined) return entities[entity.toLowerCase()] ?? "";
    const code = unicode ?? byte ?? hex;
    if (code !== undefined) return fromCode(Number.parseInt(code, 16));
    if (decimal !== undefined) return fromCode(Number(decimal));
    return all.startsWith("%") ? percentDecoded(all) : "";
  });
}

function fromCode(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : "";
}

/** What a run of `%41` stands for; `%2541` is the same once more. */
export function percentDecoded(run: string): string {
  const bytes = run.replace(/%(25)*(?=[0-9a-f]{2})/gi, "");
  return Buffer.from(bytes, "hex").toString("utf8");
}

/** Without quotes, spaces and what separates the items of a list, so that a value that was split is one again. */
function join(own: Derived): Derived {
  return derive(own, /["'`\\]{1,16}\s{0,99},\s{0,99}["'`\\]{1,16}|["'`\\\s]/g, () => "");
}

function derive(own: Derived, pattern: RegExp, replace: (match: RegExpExecArray) => string): Derived {
  const parts: string[] = [];
  const from: number[] = [];
  const to: number[] = [];
  const start = (at: number) => own.from?.[at] ?? at;
  const end = (at: number) => own.to?.[at] ?? at + 1;
  const copy = (first: number, last: number) => {
    parts.push(own.text.slice(first, last));
    for (let at = first; at < last; at += 1) {
      from.push(start(at));
      to.push(end(at));
    }
  };
  let done = 0;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(own.text); match !== null; match = pattern.exec(own.text)) {
    copy(done, match.index);
    done = match.index + match[0].length;
    const text = replace(match);
    parts.push(text);
    for (let at = 0; at < text.length; at += 1) {
      from.push(start(match.index));
      to.push(end(done - 1));
    }
  }
  copy(done, own.text.length);
  return { text: parts.join(""), from: Int32Array.from(from), to: Int32Array.from(to) };
}

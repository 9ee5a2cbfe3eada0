import { isHarmlessValue, isReference, isSecretName, looksRandom, secretShapes } from "./secret-patterns.ts";

/** What stands in place of a secret. */
const hidden = "•••";

export interface TextRules {
  /** Values known to be secret from elsewhere in the plans. */
  readonly known: readonly string[];
  /** The user's own patterns, global. */
  readonly patterns: readonly RegExp[];
}

/** Running text, one value or an error message, with every part that looks like a secret replaced. */
export function redactText(text: string, rules: TextRules): string {
  let safe = text;
  for (const secret of rules.known) safe = safe.replaceAll(secret, hidden);
  for (const pattern of rules.patterns) safe = safe.replace(pattern, hidden);
  // One whole reference: what looks random in it is an id.
  if (isHarmlessValue(text)) return safe;
  for (const shape of secretShapes) safe = safe.replace(shape, hidden);
  return hideRandom(hidePairs(hideLogins(safe)));
}

/** `scheme://user:password@host` and `user:password@host`: the host stays. */
function hideLogins(text: string): string {
  const urls = text.replace(/\b([a-z][a-z0-9+.-]{0,20}:\/\/)([^\s"'<>|]+)/gi, (whole, scheme: string, rest: string) => {
    const authority = rest.split(/[/?#]/)[0] ?? "";
    const at = authority.includes("@") ? authority.lastIndexOf("@") : -1;
    if (at >= 0) return `${scheme}${hidden}@${rest.slice(at + 1)}`;
    // A password with a slash in it: what should be a port is none.
    const oddPort = /:(?!\d*$)/.test(authority) && rest.includes("@");
    return oddPort ? `${scheme}${hidden}@${rest.slice(rest.lastIndexOf("@") + 1)}` : whole;
  });
  return urls.replace(
    /(^|[\s"'=,])(?!mailto:|repo:)[\w.+-]+:[^\s@/"']{3,}@(?!sha256:)(?=(tcp|unix)?\(|localhost\b|[\w-]+(\.[\w-]+)+|[\w-]+:\d)/g,
    `$1${hidden}@`,
  );
}

/** `password=…`, `"token": "…"`, `--api-key …`, `Authorization: Bearer …`, `?sig=…`. */
function hidePairs(text: string): string {
  const headers = text.replace(/\b(Bearer|Basic|Token)(\s+)[\w+/=.~-]{8,}/g, `$1$2${hidden}`);
  const signed = headers.replace(
    /([?&](sig|signature|x-amz-signature|x-amz-security-token|code|key)=)[^&\s"']+/gi,
    `$1${hidden}`,
  );
  const listed = signed.replace(
    /((?:name|key)\\*"?\s*[:=]\s*\\*"([\w.-]{1,64})\\*"\s*,?\s*(?:\\*"\w+\\*"\s*:\s*\\*"[^"\\]*\\*"\s*,\s*)?\\*"?value\\*"?\s*[:=]\s*\\*")([^"\\]+)/gi,
    (whole: string, start: string, name: string, value: string) =>
      isVisible(name, value) ? whole : `${start}${hidden}`,
  );
  return hidePairsOf(hideArguments(listed));
}

/** A flag and what follows it, in a command line or in a list of arguments. */
function hideArguments(text: string): string {
  const flag = /(--?[\w-]{3,64})(\s+|\\*["'],\s*\\*["'])("[^"]*"|'[^']*'|[^\s"'\\-][^\s"'\\]*)/g;
  return text.replace(flag, (whole: string, name: string, gap: string, value: string) =>
    isVisible(name, value) ? whole : `${name}${gap}${hidden}`,
  );
}

/** Goes from one sign to the next and looks at what stands on both sides: a value may hold pairs of its own. */
function hidePairsOf(text: string): string {
  const sign = /\\*["']?\s?(?::=|=>|=|:)\s*/g;
  const value = /\\*"(?:[^"\\]|\\.)*\\*"|'[^']*'|[^\s"',;&|<>()]+/y;
  let safe = "";
  let from = 0;
  for (let match = sign.exec(text); match !== null; match = sign.exec(text)) {
    const name = /[\w.-]+(?: (?:key|string|token|password))?$/i.exec(
      text.slice(Math.max(0, match.index - 64), match.index),
    );
    value.lastIndex = match.index + match[0].length;
    const found = value.exec(text)?.[0];
    if (name === null || found === undefined || isVisible(name[0], found) || isHost(name[0])) continue;
    safe += text.slice(from, match.index + match[0].length) + hidden;
    from = match.index + match[0].length + found.length;
    sign.lastIndex = from;
  }
  return safe + text.slice(from);
}

/** `token.actions.githubusercontent.com:sub` is a condition key. */
function isHost(name: string): boolean {
  return /^([a-z0-9-]+\.){2,}[a-z]{2,}$/.test(name);
}

function isVisible(name: string, value: string): boolean {
  const bare = value.replace(/^\\*["']|\\*["']$/g, "");
  return !isSecretName(name) || isReference(bare) || bare === hidden || /^(Bearer|Basic|Token)$/.test(bare);
}

/** Names before which a bare hexadecimal run is a digest. */
const digest =
  /(sha\d*|md5|digest|hash|checksum|commit|revision|e-?tag|fingerprint|thumbprint(_?list)?|version|ref|tag|canonical\w*|id)["'\s:=/@-]*$/i;

function hideRandom(text: string): string {
  return text.replace(/[A-Za-z0-9+/_=.~:%@-]{20,}/g, (run: string, at: number) => {
    if (isHarmlessRun(run)) return run;
    // Each stretch by itself: a path or an ARN is made of harmless ones.
    return run.replace(/[A-Za-z0-9+/_=-]{20,}/g, (stretch: string, inner: number) => {
      const before = text.slice(Math.max(0, at - 24), at) + run.slice(0, inner);
      if (/^[0-9a-f]{32,}$/i.test(stretch) && digest.test(before)) return stretch;
      if (/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(stretch)) return stretch;
      if (decodedText(stretch) !== undefined) return hidden;
      return stretch.split("/").some(looksRandom) || (!before.includes("/") && looksRandom(stretch)) ? hidden : stretch;
    });
  });
}

/** ARNs, digests, hosts, ids: long runs of mixed characters that are public. */
function isHarmlessRun(run: string): boolean {
  if (/^arn:aws/.test(run) || isHarmlessValue(run)) return true;
  // A host name has no capitals; a token with dots has.
  return /^(https?:)?(\/\/)?(_?[a-z0-9-]+\.)+[a-z]{2,}\.?(:\d+)?(\/[a-z0-9._-]*)*(@sha256:[0-9a-f]{64}|:[\w.-]+)?$/.test(
    run,
  );
}

/** What base64 stands for when that is text (or compressed, then ""); undefined for anything else. */
export function decodedText(value: string): string | undefined {
  const bare = value.replace(/\s+/g, "");
  if (bare.length < 24 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(bare)) return undefined;
  if (bare.startsWith("H4sI")) return "";
  const bytes = Buffer.from(bare, "base64");
  const text = bytes.toString("utf8");
  if (text.includes("\uFFFD")) return undefined;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters distinguish data from text
  return /[\u0000-\u0008\u000E-\u001F\u007F]/.test(text) ? undefined : text;
}

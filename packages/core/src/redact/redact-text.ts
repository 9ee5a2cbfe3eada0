import { hideCommandLines } from "./command-line.ts";
import { hideKnown, percentDecoded } from "./known-values.ts";
import { hidden, hideLogins } from "./logins.ts";
import { hidePairs } from "./pairs.ts";
import { isHarmlessValue, looksRandom, secretShapes } from "./secret-patterns.ts";

export interface TextRules {
  /** Values known to be secret from elsewhere. */
  readonly known: readonly string[];
  /** The user's own patterns, global. */
  readonly patterns: readonly RegExp[];
}

const noRules: TextRules = { known: [], patterns: [] };

/** Running text, one value or an error message, with every part that looks like a secret replaced. */
export function redactText(text: string, rules: TextRules = noRules): string {
  let safe = hideKnown(text, rules.known);
  for (const pattern of rules.patterns) safe = safe.replace(pattern, hidden);
  // One whole reference: what looks random in it is an id.
  return isHarmlessValue(text) ? safe : hideUnknown(safe, 0);
}

function hideUnknown(text: string, depth: number): string {
  return hideRandom(hideNamed(text, depth));
}

/** All that shows by its form, by a name or by where it stands. */
function hideNamed(text: string, depth: number): string {
  let safe = depth < 3 ? hideInStrings(hideEncoded(text, depth), depth) : text;
  for (const shape of secretShapes) safe = safe.replace(shape, hidden);
  return hidePairs(hideCommandLines(hideLogins(safe)));
}

/** What is written for a URL or in JSON's escapes, if there is something to hide in what it stands for. */
function hideEncoded(text: string, depth: number): string {
  if (!/%(25)*[2-7][0-9a-f]|\\u00/i.test(text)) return text;
  return text.replace(/[^\s"'<>]{6,}/g, (run: string) => {
    if (!/%(25)*(2[0-9a-f]|3[a-f]|40|7[b-d])|\\u00[2-7]/i.test(run)) return run;
    const plain = run
      .replace(/\\{1,16}u(00[2-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
      .replace(/(?:%(?:25){0,4}[0-9a-f]{2})+/gi, percentDecoded);
    const safe = hideUnknown(plain, depth + 1);
    return safe === plain ? run : safe;
  });
}

/** What stands in the strings of JSON, which is a text of its own and has its quotes escaped. */
function hideInStrings(text: string, depth: number): string {
  if (!text.includes('"')) return text;
  const string = /"((?:[^"\\\n]|\\.)*)"/y;
  let safe = "";
  let from = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at)) {
    string.lastIndex = at;
    const inner = string.exec(text)?.[1];
    if (inner === undefined) {
      // Never closed: the next one can be on the next line at the earliest.
      const line = text.indexOf("\n", at);
      if (line < 0) break;
      at = line;
      continue;
    }
    const end = string.lastIndex;
    if (/[^\w-]/.test(inner)) {
      const plain = unescaped(inner);
      // What looks random may be a digest by the name before it.
      const shown = plain === undefined || isHarmlessValue(plain) ? plain : hideNamed(plain, depth + 1);
      if (shown !== undefined && shown !== plain) {
        safe += text.slice(from, at) + JSON.stringify(shown);
        from = end;
      }
    }
    at = end;
  }
  return safe + text.slice(from);
}

function unescaped(inner: string): string | undefined {
  if (!inner.includes("\\")) return inner;
  try {
    return JSON.parse(`"${inner.replace(/[\t\r]/g, " ")}"`) as string;
  } catch {
    return undefined;
  }
}

/** What stands between a name and its value, in `{"name": …, "value": …}` too. */
const gap = /(?:\\{0,16}["'],\s?\\{0,16}["']value)?[[("'`\\\s:=/@|-]{0,12}$/.source;
/** Names before which a bare hexadecimal run is a digest. */
const digest = new RegExp(
  `(sha\\d*|md5|digest|hash|checksum|commit|revision|e-?tag|fingerprint|thumbprint(_?list)?|version|ref|tags?|canonical\\w{0,20}|id|plan|head|\\btask|actions/[\\w-]{1,40})${gap}`,
  "i",
);
const base64Digest = new RegExp(`(sha\\d*|md5|digest|hash|checksum|e-?tag)${gap}`, "i");
const versionId = new RegExp(`version_?id${gap}`, "i");

function hideRandom(text: string): string {
  return text.replace(/[A-Za-z0-9+/_=.~:%@-]{20,}/g, (run: string, at: number) => {
    if (isHarmlessRun(run) || isPublicKey(text, at, run)) return run;
    const slash = run.indexOf("/");
    // Each stretch by itself: a path or an ARN is made of harmless ones.
    return run.replace(/[A-Za-z0-9+/_=-]{20,}/g, (stretch: string, inner: number) => {
      const before = text.slice(Math.max(0, at + inner - 64), at + inner);
      if (isNamedDigest(stretch, before)) return stretch;
      const [, name = "", value = ""] = /^([A-Za-z][\w-]{0,39}=)(.+)$/.exec(stretch) ?? [];
      if (name !== "" && isNamedDigest(value, before + name)) return stretch;
      if (decodedText(stretch) !== undefined) return hidden;
      const parts = slash >= 0 && slash < inner ? stretch.split("/") : [stretch, ...stretch.split("/")];
      return parts.some(looksRandom) ? hidden : stretch;
    });
  });
}

/** Digests, ids and public keys, by their form and the name before them. */
function isNamedDigest(run: string, before: string): boolean {
  if (/^[0-9a-f]{32,}(-\d{1,5})?$/i.test(run) && digest.test(before)) return true;
  if (/^[A-Za-z0-9+/]{22,88}={1,2}$/.test(run) && base64Digest.test(before)) return true;
  if (/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(run)) return true;
  return /\b(ssh-(rsa|ed25519|dss)|ecdsa-sha2-\w+) $/.test(before) || (run.length <= 64 && versionId.test(before));
}

const publicKey = /^(p=)?(MI[GI]\w{3}ANBgkqhkiG9w0BAQEFAAOC|MIG\wMA0GCSqGSIb3DQEBAQUAA4)/;

/** The public half of a key pair: in its own form, or in a DKIM record, which may be cut into strings. */
function isPublicKey(text: string, at: number, run: string): boolean {
  if (publicKey.test(run)) return true;
  const before = text.slice(Math.max(0, at - 2000), at) + (run.startsWith("p=") ? "p=" : "");
  return /\bv=DKIM1\b[\w;:=. \\"-]*\bp=[A-Za-z0-9+/="\\ ]*$/.test(
    before.slice(Math.max(0, before.lastIndexOf("v=DKIM1"))),
  );
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

import { ActionFailure } from "@slipway/core";
import { hideWords } from "@slipway/core/redact/command-line";
import { hideKnown } from "@slipway/core/redact/known-values";
import { decodedText, redactText, type TextRules } from "@slipway/core/redact/redact-text";
import { isBodyName, isSecretName, isSecretPair, nameWords } from "@slipway/core/redact/secret-names";
import { isReference } from "@slipway/core/redact/secret-patterns";
import type { AttributeChange, Drift, Leaf, PlanModel, ResourceChange, Scalar, Step } from "../plan/plan-model.ts";
import type { SafeAttribute, SafeChange, SafeDrift, SafePlan } from "../report/report-schema.ts";
import { notShown, placeOf, shownValue, shownWord } from "./set-values.ts";

/** A plan that may be shown to everybody who can read the pull request. */
export function redactPlan(plan: PlanModel, rules: RedactionRules): SafePlan {
  let hidden = 0;
  const text = (value: string) => redactText(value, rules);
  const attribute = (change: AttributeChange): SafeAttribute => {
    const before = change.before && redactLeaf(change.before, change.path, rules);
    const after = change.after && redactLeaf(change.after, change.path, rules);
    hidden += before?.hidden || after?.hidden ? 1 : 0;
    return {
      path: text(pathText(change.path)),
      before: before?.text,
      after: after?.text,
      forcesReplacement: change.forcesReplacement,
      ...(change.note === undefined ? {} : { note: change.note }),
    };
  };
  const where = ({ address, constructPath, type, rawAction, deposed }: ResourceChange | Drift) => ({
    address: text(address),
    constructPath: constructPath === undefined ? undefined : text(constructPath),
    type,
    rawAction: rawAction === undefined ? undefined : text(rawAction),
    deposed,
  });
  const change = (entry: ResourceChange): SafeChange => ({
    ...where(entry),
    action: entry.action,
    keepsOld: entry.keepsOld,
    newFirst: entry.newFirst,
    unused: entry.unused,
    forcedBy: entry.forcedBy.map(text),
    reason: entry.reason,
    previousAddress: entry.previousAddress === undefined ? undefined : text(entry.previousAddress),
    importId: entry.importId === undefined ? undefined : text(entry.importId),
    putsBack: entry.putsBack,
    attributes: entry.attributes.map(attribute),
  });
  const drift = (entry: Drift): SafeDrift => ({
    ...where(entry),
    action: entry.action,
    attributes: entry.attributes.map(attribute),
  });
  const changes = plan.changes.map(change);
  const outputs = plan.outputs.map(attribute);
  const runs = plan.runs.map(({ address, trigger, attributes }) => ({
    address: text(address),
    trigger: text(trigger),
    attributes: attributes.map(attribute),
  }));
  const checks = plan.checks.map(({ name, what, messages }) => ({
    name: text(name),
    what: text(what),
    messages: messages.map(text),
  }));
  const reads = plan.reads.map(({ address, reason }) => ({ address: text(address), reason }));
  const { unknownSections } = plan;
  return {
    changes,
    outputs,
    drift: plan.drift.map(drift),
    runs,
    checks,
    reads,
    unknownSections: [...unknownSections],
    hidden,
  };
}

function pathText(path: readonly Step[]): string {
  return path
    .map(({ key, label }, index) => {
      if (typeof key === "number" || label === key) return `[${label === undefined ? key : JSON.stringify(label)}]`;
      if (!/^[\w-]+$/.test(key)) return `[${JSON.stringify(key)}]`;
      return index === 0 ? key : `.${key}`;
    })
    .join("");
}

export interface RedactionRules extends TextRules {
  /** The user's attribute names, matched against the whole path. */
  readonly names: readonly RegExp[];
}

export interface SafeLeaf {
  readonly text: string;
  readonly hidden: boolean;
}

/** A public key of 2048 bits still fits. */
const longest = 500;
const digestName =
  /(^|_)(sha\d*|md5|digest|hash|checksum|commit|revision|etag|fingerprint|thumbprint(_list)?|version|tag|id|canonical\w*)$/i;

/** Terraform's hashes of files and functions are base64. */
const base64Digest = /(^|_)(sha\d*|md5|digest|hash|checksum|etag)$/i;

/** One value as it may be shown. */
function redactLeaf(leaf: Leaf, path: readonly Step[], rules: RedactionRules): SafeLeaf {
  if (leaf.kind === "unknown") return { text: "(known after apply)", hidden: false };
  if (leaf.kind === "sensitive") return { text: "(sensitive)", hidden: true };
  const { value } = leaf;
  if (Array.isArray(value)) return list(value as readonly Scalar[], path, leaf.reference, rules);
  return scalar(value as Scalar, path, leaf.reference, rules);
}

/** A list of plain values is read as a whole: words of a command, or a secret that was cut in pieces. */
function list(values: readonly Scalar[], path: readonly Step[], reference: boolean, rules: RedactionRules): SafeLeaf {
  const words = values.map((value, index) => ({
    text: String(value ?? ""),
    quoted: false,
    joined: false,
    first: index === 0,
  }));
  const hiddenWords = hideWords(words);
  const pieces = hiddenPieces(values, rules.known);
  const isCommand = placeOf(path) === "command";
  const safe = values.map((value, index): SafeLeaf => {
    if (typeof value !== "string" || isReference(value)) return scalar(value, path, reference, rules);
    if (pieces[index] || hiddenWords[index] === "•••") return { text: "(hidden)", hidden: true };
    if (hiddenWords[index] !== undefined) return { text: JSON.stringify(hiddenWords[index]), hidden: true };
    return isCommand && !reference ? argument(value, index === 0, path, rules) : scalar(value, path, reference, rules);
  });
  const texts = safe.map(({ text }) => text);
  return { text: shortened(`[${texts.join(", ")}]`), hidden: safe.some(({ hidden }) => hidden) };
}

/** Per item, whether a known secret reaches into it from its neighbours. */
function hiddenPieces(values: readonly Scalar[], known: readonly string[]): boolean[] {
  const text = values.map((value) => String(value ?? "")).join("");
  if (values.length < 2 || hideKnown(text, known) === text) return values.map(() => false);
  const ends = values.map((_, index) => values.slice(0, index + 1).join("").length);
  const inside = new Set<number>();
  for (const secret of known) {
    for (let at = text.indexOf(secret); at >= 0 && secret !== ""; at = text.indexOf(secret, at + 1)) {
      ends.forEach((end, index) => {
        if (at < end && at + secret.length > (ends[index - 1] ?? 0)) inside.add(index);
      });
    }
  }
  return values.map((_, index) => inside.has(index));
}

/** One word of a command, or a line of them as a shell takes it. */
function argument(value: string, first: boolean, path: readonly Step[], rules: RedactionRules): SafeLeaf {
  const leaf = scalar(value, path, true, rules);
  if (leaf.text.startsWith("(") || value.length > 10_000) return leaf;
  const safe = redactText(value, rules).trim();
  const words = safe.split(/\s+/);
  const shown = words.map((word, index) => shownWord(word, first || (words.length > 1 && index === 0)) ?? "•••");
  const text = shown.join(" ");
  if (words.length === 1 && text === "•••") return { text: "(not shown)", hidden: true };
  return { text: JSON.stringify(shortened(text)), hidden: text !== value.trim() };
}

function scalar(value: Scalar, path: readonly Step[], reference: boolean, rules: RedactionRules): SafeLeaf {
  if (value === null || typeof value === "boolean") return { text: String(value), hidden: false };
  const names = path.map(({ key, label }) => label ?? String(key));
  if (rules.names.some((pattern) => test(pattern, names.join(".")))) return { text: "(hidden)", hidden: true };
  if (!reference && isSecretAttribute(path, value)) return { text: "(hidden)", hidden: true };
  if (typeof value === "number") return { text: String(value), hidden: false };
  const own = path.findLast(({ key }) => typeof key === "string")?.key;
  const name = path.at(-1)?.label ?? String(own ?? "");
  if (isDigest(name, value) && !rules.known.includes(value)) return { text: JSON.stringify(value), hidden: false };
  const text = value.includes("\n") ? value : decodedText(value);
  const isBody = path.some(({ key }) => typeof key === "string" && isBodyName(key));
  if (isBody || text !== undefined || value.length > 10_000) return { text: describe(text ?? value), hidden: true };
  const safe = redactText(value, rules);
  if (reference || placeOf(path) === undefined)
    return { text: JSON.stringify(shortened(safe)), hidden: safe !== value };
  if (placeOf(path) === "command") return argument(value, true, path, rules);
  const shown = shownValue(name, safe);
  if (shown === undefined) return { text: notShown, hidden: true };
  return { text: JSON.stringify(shortened(shown)), hidden: shown !== value };
}

function isDigest(name: string, value: string): boolean {
  const words = nameWords(name).join("_");
  return (
    (/^"?[0-9a-f]{32,}(-\d{1,5})?"?$/i.test(value) && digestName.test(words)) ||
    (/^[A-Za-z0-9+/]{22,88}={0,2}$/.test(value) && base64Digest.test(words)) ||
    (/^[\w.+/-]{20,1024}$/.test(value) && /(^|_)version_id$/.test(words))
  );
}

function isSecretAttribute(path: readonly Step[], value: string | number): boolean {
  const last = path.at(-1);
  const name = last?.label ?? String(path.findLast(({ key }) => typeof key === "string")?.key ?? "");
  if (typeof value === "number")
    return isSecretName(name) && /pass|pin|otp|token|secret/i.test(nameWords(name).at(-1) ?? "");
  if (isReference(value)) return false;
  if (isSecretName(name)) return isSecretPair(name, value);
  // Everything in a map of secrets, but not what is said about them.
  const inSecrets = path.slice(0, -1).some(({ key }) => /(^|_)(secrets?|credentials?|passwords?)$/i.test(String(key)));
  return inSecrets && !/(^|_)(arn|id|name|from|status|region|kms|key_?id|prefix)$/i.test(nameWords(name).join("_"));
}

function describe(text: string): string {
  if (text === "") return "(compressed)";
  const lines = text.trimEnd().split("\n").length;
  return lines === 1 ? "(text, not shown)" : `(${lines} lines, not shown)`;
}

function shortened(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}… (${text.length} characters)`;
}

/** Global patterns remember where they stopped. */
function test(pattern: RegExp, text: string): boolean {
  return text.search(pattern) >= 0;
}

/** The user's own rules: regular expressions for text, globs (`*.environment.INTERNAL_*`) for attribute paths. */
export function redactionRules(patterns: readonly string[], globs: readonly string[]): Omit<RedactionRules, "known"> {
  return { patterns: patterns.map((source, index) => expression(source, index + 1)), names: globs.map(glob) };
}

function expression(source: string, line: number): RegExp {
  try {
    const pattern = new RegExp(source, "g");
    // It would hide between every two letters.
    if (!pattern.test("")) return new RegExp(source, "g");
  } catch {}
  throw new ActionFailure(
    "input-invalid",
    `Input \`redact\` (line ${line}) must be regular expressions that match something`,
    "write one per line",
  );
}

function glob(pattern: string): RegExp {
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`(^|\\.)${source}$`, "i");
}

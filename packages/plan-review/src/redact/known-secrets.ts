import { decodedText } from "@slipway/core/redact/redact-text";
import { isBodyName, isSecretName } from "@slipway/core/redact/secret-names";
import { isReference } from "@slipway/core/redact/secret-patterns";
import { diffTrees, valueTree } from "../plan/attribute-diff.ts";
import type { Json, JsonChange, JsonResourceChange, PlanJson } from "../plan/plan-json.ts";
import type { Leaf, Step } from "../plan/plan-model.ts";
import type { Definition } from "../target.ts";
import { placeOf, shownValue, shownWord } from "./set-values.ts";

export interface KnownSecrets {
  /** Hidden wherever they stand. */
  readonly values: readonly string[];
  /** Lines of scripts and files; hidden in the engine's messages, which may quote them. */
  readonly lines: readonly string[];
}

/**
 * The secrets that the plans themselves give away by mark or name, so that they can be hidden where nothing marks them:
 * inside another value, an error message, an address.
 */
export function knownSecrets(plans: readonly PlanJson[]): KnownSecrets {
  const found = new Set<string>();
  const lines = new Set<string>();
  for (const plan of plans) {
    for (const change of changesOf(plan)) {
      for (const side of sides(change)) {
        collect(side.leaf, side.path, found);
        collectLines(side.leaf, side.path, lines);
      }
    }
    for (const [name, change] of Object.entries(plan.output_changes ?? {})) {
      // Every cross-stack output of CDKTF is marked, also the plainest name: the mark alone says nothing here.
      if (isSecretName(name)) for (const side of sides(change)) collect(side.leaf, [{ key: name }], found);
    }
    const declared = plan.configuration?.root_module?.variables ?? {};
    for (const [name, { value }] of Object.entries(plan.variables ?? {})) {
      const tree = valueTree(value, declared[name]?.sensitive, undefined);
      for (const { path, after } of diffTrees(undefined, tree, [{ key: name }])) {
        collect(after, path, found);
        collectLines(after, path, lines);
      }
    }
  }
  const names = publicNames(plans);
  const byLength = (a: string, b: string) => b.length - a.length;
  // The longest first: none hides half of another.
  const values = [...found].filter((secret) => !names.has(secret)).sort(byLength);
  return { values, lines: [...lines].filter((line) => !names.has(line)).sort(byLength) };
}

/** Everything in a plan that has values with marks; what an action is given counts as what it makes. */
function changesOf(plan: PlanJson): JsonChange[] {
  const deferred = (plan.deferred_changes ?? []).map(({ resource_change }) => resource_change);
  const resources = [...(plan.resource_changes ?? []), ...(plan.resource_drift ?? []), ...deferred];
  const actions = (plan.action_invocations ?? []).map((action) => ({
    actions: ["create"],
    before: null,
    after: action.config_values ?? null,
    ...(action.config_sensitive === undefined ? {} : { after_sensitive: action.config_sensitive }),
    ...(action.config_unknown === undefined ? {} : { after_unknown: action.config_unknown }),
  }));
  return [...resources.map(({ change }) => change), ...actions];
}

const identifier =
  /^(id|arn|name|key|bucket|identifier|family|cluster|path|alias|address|dns_name|domain_name)$|_(id|arn|name|identifier)$/;

/** What the plans show as a name of something: a marked value may be one, as those of SSM parameters are. */
function publicNames(plans: readonly PlanJson[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { resource_changes: changes = [] } of plans) {
    for (const { change } of changes) {
      for (const { leaf, path } of sides(change)) {
        const key = String(path.at(-1)?.key ?? "");
        if (path.length > 1 || leaf?.kind !== "value" || typeof leaf.value !== "string") continue;
        if (identifier.test(key) && !isSecretName(key)) names.add(leaf.value);
      }
    }
  }
  return names;
}

/** Scripts and files may hold a secret in any line; what people set, under any name. */
function collectLines(leaf: Leaf | undefined, path: readonly Step[], lines: Set<string>): void {
  if (leaf?.kind !== "value" || leaf.reference) return;
  if (Array.isArray(leaf.value) || placeOf(path) !== undefined) {
    const given = Array.isArray(leaf.value) ? leaf.value : [leaf.value];
    const name = path.at(-1)?.label ?? String(path.at(-1)?.key ?? "");
    const unread = placeOf(path) === undefined ? [] : given.filter((value) => isUnread(name, value));
    for (const value of unread) lines.add(String(value));
  }
  if (typeof leaf.value !== "string") return;
  const text = decodedText(leaf.value) ?? leaf.value;
  if (!path.some(({ key }) => isBodyName(String(key))) && text === leaf.value) return;
  if (text !== leaf.value) lines.add(leaf.value);
  for (const line of text.split("\n")) if (line.trim().length >= 8) lines.add(line.trim());
}

function isUnread(name: string, value: unknown): boolean {
  if (typeof value !== "string" || value.length < 6 || /\s/.test(value)) return false;
  return shownValue(name, value) === undefined && shownWord(value, true) === undefined;
}

function sides(change: JsonChange): { leaf: Leaf | undefined; path: readonly Step[] }[] {
  const [before, after] = [
    valueTree(change.before, change.before_sensitive, undefined),
    valueTree(change.after, change.after_sensitive, change.after_unknown),
  ];
  // Against nothing, every leaf differs.
  return [...diffTrees(undefined, before), ...diffTrees(undefined, after)].map(({ path, after: leaf }) => ({
    path,
    leaf,
  }));
}

function collect(leaf: Leaf | undefined, path: readonly Step[], found: Set<string>): void {
  if (leaf === undefined || leaf.kind === "unknown" || (leaf.kind === "value" && leaf.reference)) return;
  const name = path.at(-1)?.label ?? String(path.findLast(({ key }) => typeof key === "string")?.key ?? "");
  const values = Array.isArray(leaf.value) ? leaf.value : [leaf.value];
  for (const value of values) {
    if (typeof value !== "string") continue;
    if (isSecretName(name) && value.length >= 6) add(value, found, /^[a-z]{1,9}$/);
    // A marked value may be a plain name (every SSM parameter is marked): words, a host, a path.
    else if (leaf.kind === "sensitive" && value.length >= 6) add(value, found, plainName);
    for (const [, key = "", inner = ""] of (decodedText(value) ?? value).matchAll(assignment)) {
      if (isSecretName(key) && inner.length >= 6) add(inner, found, /^[a-z]{1,9}$|^\$/);
    }
  }
}

const plainName = /^[a-z]+([-_][a-z]+)*$|^[A-Za-z]{1,20}$|^([a-z0-9-]+\.)+[a-z]{2,}(:\d+)?$|^(\/[a-z0-9._-]+)+$/;

/** `KEY=value` lines of `.env` bodies and scripts. */
const assignment = /(?:^|[\s;])(?:export\s+)?([A-Za-z_]\w*)=["']?([^\s"';]+)["']?/g;

function add(value: string, found: Set<string>, plain: RegExp): void {
  if (!isReference(value) && !plain.test(value) && !/^[\d.,:]+$/.test(value)) found.add(value);
}

/** Credentials that Terraform is given and an error may quote. */
const credentials = ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/**
 * What a stack's definition and Terraform's variables give away of the secrets that an error may quote, in the form of a
 * plan: a stack that could not be planned has none of its own.
 */
export function definitionSecrets(
  definition: Definition,
  variables: Readonly<Record<string, string | undefined>>,
): PlanJson {
  const { resource = {}, variable: declared = {} } = definition;
  const blocks = Object.entries(resource).flatMap(([type, named]) =>
    Object.entries(named).map(([name, after]): JsonResourceChange => {
      const change = { actions: ["create"], before: null, after: after as Json };
      return { address: `${type}.${name}`, mode: "managed", type, name, change };
    }),
  );
  const given = Object.entries(variables).flatMap(([name, value]) =>
    value !== undefined && name.startsWith("TF_VAR_") ? [[name.slice("TF_VAR_".length), { value }]] : [],
  );
  const keys = credentials.map((name) => [name, { value: variables[name] ?? null }]);
  const defaults = Object.entries(declared).map(([name, { default: value = null }]) => [name, { value }]);
  const known = [...Object.entries(declared), ...credentials.map((name) => [name, { sensitive: true }])];
  return {
    format_version: "1.2",
    resource_changes: blocks,
    variables: Object.fromEntries([...defaults, ...given, ...keys]),
    configuration: { root_module: { variables: Object.fromEntries(known) } },
  };
}

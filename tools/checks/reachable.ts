import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { imported, readManifest, root, workspaceFolders } from "./source-files.ts";

/** Where a name comes from: a file and the name that it has there. */
interface Origin {
  readonly file: string;
  readonly name: string;
}

interface Source {
  /** All import and re-export statements, as text. */
  readonly imports: string;
  readonly origins: ReadonlyMap<string, Origin>;
  /** Text of each top-level definition by its name; statements without a name have "". */
  readonly definitions: readonly { readonly name: string; readonly text: string }[];
}

const importStatement =
  /^(?:import|export) (?:type )?(?:(\w+)(?:, )?)?(?:\{([^}]*)\})?(?: ?\* as \w+)? ?from "([^"]+)";$/gm;
const definitionStart = /^(?=(?:export )?(?:async )?(?:function|const|let|class|interface|type|void)\b)/m;

const exportsByName = new Map(
  workspaceFolders().map((folder) => {
    const { name, exports = {} } = readManifest(folder);
    return [name, { folder, exports: typeof exports === "string" ? { ".": exports } : exports }] as const;
  }),
);

/** The file of ours that `specifier` names; undefined for a package of others. */
function resolveImport(from: string, specifier: string): string | undefined {
  if (specifier.startsWith(".")) return imported(from, specifier);
  const [scope, name, ...rest] = specifier.split("/");
  const found = exportsByName.get(`${scope}/${name}`);
  const file = found?.exports[rest.length === 0 ? "." : `./${rest.join("/")}`];
  return found === undefined || file === undefined ? undefined : imported(`${found.folder}/package.json`, file);
}

const sources = new Map<string, Source>();

function source(file: string): Source {
  const known = sources.get(file);
  if (known !== undefined) return known;
  const text = readFileSync(join(root, file), "utf8");
  const origins = new Map<string, Origin>();
  for (const [, whole, names = "", specifier = ""] of text.matchAll(importStatement)) {
    const target = resolveImport(file, specifier);
    if (target === undefined) continue;
    if (whole !== undefined) origins.set(whole, { file: target, name: "default" });
    for (const [name, local] of namesIn(names)) origins.set(local, { file: target, name });
  }
  const imports = [...text.matchAll(importStatement)].map(([statement]) => statement).join("\n");
  const definitions = text
    .replace(importStatement, "")
    .split(definitionStart)
    .map((part) => ({
      name: /^(?:export )?(?:async )?(?:function|const|let|class|interface|type) (\w+)/.exec(part)?.[1] ?? "",
      text: part,
    }));
  const made = { imports, origins, definitions };
  sources.set(file, made);
  return made;
}

/** `a, type b as c` as pairs of the name there and the name here. */
function namesIn(list: string): readonly (readonly [string, string])[] {
  return list
    .split(",")
    .map((each) => each.trim().replace(/^type /, ""))
    .filter((each) => each !== "")
    .map((each) => {
      const [name = "", local = name] = each.split(/ as |: /);
      return [name, local] as const;
    });
}

/**
 * What the entry file can reach: text of each file's imports and of the definitions that are used, directly or not. It goes by names
 * in formatted text, which can reach too much (a property of the same name) and nothing too little.
 */
export function reachable(entry: string): ReadonlyMap<string, string> {
  const reached = new Map<string, Set<string>>();
  const visit = (file: string, name: string): void => {
    const { definitions, origins } = source(file);
    const seen = reached.get(file) ?? new Set<string>();
    reached.set(file, seen);
    const before = seen.size;
    const mine = definitions.filter((each) => each.name === name || each.name === "");
    for (const { text } of mine) seen.add(text);
    // A re-export has no definition here.
    const elsewhere = origins.get(name);
    if (elsewhere !== undefined && !mine.some((each) => each.name === name)) visitOnce(elsewhere);
    if (seen.size === before) return;
    for (const { text } of mine) visitUses(file, text);
  };
  const visited = new Set<string>();
  const visitOnce = ({ file, name }: Origin): void => {
    if (visited.has(`${file}#${name}`) || !existsSync(join(root, file))) return;
    visited.add(`${file}#${name}`);
    visit(file, name);
  };
  const visitUses = (file: string, text: string): void => {
    const { definitions, origins } = source(file);
    for (const word of new Set(text.match(/\b[A-Za-z_]\w*\b/g))) {
      const origin =
        origins.get(word) ?? (definitions.some(({ name }) => name === word) ? { file, name: word } : undefined);
      if (origin !== undefined) visitOnce(origin);
    }
    for (const [, names = "", specifier = ""] of text.matchAll(/\{([^{}]*)\} = await import\("([^"]+)"\)/g)) {
      const target = resolveImport(file, specifier);
      if (target !== undefined) for (const [name] of namesIn(names)) visitOnce({ file: target, name });
    }
    for (const [, specifier = "", name = ""] of text.matchAll(/\(await import\("([^"]+)"\)\)\.(\w+)/g)) {
      const target = resolveImport(file, specifier);
      if (target !== undefined) visitOnce({ file: target, name });
    }
  };
  for (const { name } of source(entry).definitions) visitOnce({ file: entry, name });
  return new Map([...reached].map(([file, texts]) => [file, `${source(file).imports}\n${[...texts].join("")}`]));
}

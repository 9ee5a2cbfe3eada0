import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";

/** Root folder of the repository. */
export const root = join(__dirname, "../..");

const kept = /(^|\/)(node_modules|dist[^/]*|fixtures|golden|cdktf\.out|\.turbo|\.slipway)(\/|$)/;

/** Files below `folder` whose names match, as paths below the root, sorted; what is built, installed or an input of tests aside. */
export function filesBelow(folder: string, name: RegExp): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !kept.test(path))
    .sort();
}

export interface Manifest {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly exports?: string | Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));

/** Folders of all workspaces, as paths below the root. */
export function workspaceFolders(): readonly string[] {
  return (readManifest(".").workspaces ?? [])
    .flatMap((pattern) =>
      pattern.endsWith("/*")
        ? readdirSync(join(root, dirname(pattern))).map((name) => `${dirname(pattern)}/${name}`)
        : [pattern],
    )
    .filter((folder) => existsSync(join(root, folder, "package.json")));
}

/** What a TypeScript file imports when it is loaded, or only as a type: specifiers as they are written. */
export function staticImportsOf(path: string): readonly string[] {
  const text = readFileSync(join(root, path), "utf8");
  const found = text.matchAll(/^\s*(?:import|export)\s[^"'`;]*?["']([^"']+)["'];?$/gm);
  return [...found].map(([, specifier = ""]) => specifier);
}

/** What a TypeScript file imports, static, dynamic or as a type: specifiers as they are written. */
export function importsOf(path: string): readonly string[] {
  const dynamic = readFileSync(join(root, path), "utf8").matchAll(/\bimport\(\s*["']([^"']+)["']\s*\)/g);
  return [...staticImportsOf(path), ...[...dynamic].map(([, specifier = ""]) => specifier)];
}

/** The file, as a path below the root, that a relative import names. */
export const imported = (path: string, specifier: string): string => normalize(join(dirname(path), specifier));

export const isTestFile = (path: string): boolean => /\.test\.ts$|\/testing\//.test(path);

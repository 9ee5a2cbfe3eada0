import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import dockerignore from "@balena/dockerignore";

export interface ContentRequest {
  readonly context: string;
  readonly dockerfile: string;
  readonly buildArgs: Readonly<Record<string, string>>;
}

/** Sixteen hex digits that change exactly when an image built from this would: files that the build sees, Dockerfile, arguments. */
export function contentHash({ context, dockerfile, buildArgs }: ContentRequest): string {
  const hash = createHash("sha256");
  const add = (...parts: (string | Buffer)[]) => {
    for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  };
  add(readFileSync(dockerfile));
  for (const name of Object.keys(buildArgs).sort()) add(name, buildArgs[name] as string);
  for (const path of filesOf(context)) {
    const full = join(context, path);
    const stat = lstatSync(full);
    if (stat.isSymbolicLink()) add(path, "link", readlinkSync(full));
    else add(path, stat.mode & 0o111 ? "x" : "-", readFileSync(full));
  }
  return hash.digest("hex").slice(0, 16);
}

function filesOf(context: string): string[] {
  const ignore = dockerignore({ ignorecase: false });
  const file = join(context, ".dockerignore");
  if (existsSync(file)) ignore.add(readFileSync(file, "utf8"));
  return readdirSync(context, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => join(entry.parentPath, entry.name).slice(context.length + 1))
    .filter((path) => !ignore.ignores(path))
    .sort();
}

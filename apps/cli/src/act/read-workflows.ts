import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Job, Permissions, Workflow } from "./workflow.ts";

interface Document {
  readonly name?: string;
  readonly on?: string | readonly string[] | Readonly<Record<string, unknown>>;
  readonly permissions?: Permissions;
  readonly jobs?: Readonly<Record<string, Job>>;
}

/** The workflows of a repository, by file name. */
export function readWorkflows(root: string): ReadonlyMap<string, Workflow> {
  const folder = join(root, ".github/workflows");
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => /\.ya?ml$/.test(file)) : [];
  return new Map(files.sort().map((file) => [file, workflow(file, readFileSync(join(folder, file), "utf8"))]));
}

function workflow(file: string, text: string): Workflow {
  const { name = file, on = {}, permissions, jobs = {} } = parse(text) as Document;
  const events = typeof on === "string" ? [on] : on;
  const byName = Array.isArray(events) ? Object.fromEntries(events.map((event) => [event, null])) : events;
  return { file, name, on: byName as Workflow["on"], permissions, jobs };
}

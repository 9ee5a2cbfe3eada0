import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Workflow } from "./workflow.ts";

const folder = join(__dirname, "../../../workflows");

/** Every workflow of the repository, by the name of its file. */
export function readWorkflows(): Readonly<Record<string, Workflow>> {
  const files = readdirSync(folder).filter((file) => file.endsWith(".yml"));
  return Object.fromEntries(
    files.map((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      return [file.replace(".yml", ""), { ...parse(text), file, text }];
    }),
  );
}

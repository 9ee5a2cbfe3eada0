import { Failure } from "@slipway/core";

/** A change of one file with its message. */
export interface Change {
  readonly path: string;
  readonly message: string;
  readonly rewrite: (text: string) => string;
}

export const environmentsFile = "apps/infra/src/environments.ts";

/** Changes of the scenario's pull requests. Each can be applied repeatedly to main as the last scenario left it. */
export const changes = {
  /** More memory for web and, by mistake, another port, which would replace the target group. */
  memoryAndPort: {
    path: environmentsFile,
    message: "Web: more memory, and the port like everywhere else",
    rewrite: (text) => web.set(otherMemory(text), "port", /\bport: 80,/.test(text) ? "8080" : "80"),
  } satisfies Change as Change,

  portAsItWas: {
    path: environmentsFile,
    message: "Keep the port: it is the container's",
    rewrite: (text) => web.set(text, "port", undefined),
  } satisfies Change as Change,

  /** Another memory for web, and nothing else. */
  memory: {
    path: environmentsFile,
    message: "Web: the memory that it needs",
    rewrite: otherMemory,
  } satisfies Change as Change,

  readme: { path: "README.md", message: "Say it better", rewrite: (text) => `${text}\nMore to come.\n` } as Change,
};

/** Fields that staging's service `web` has beside those of every environment. */
const web = {
  pattern: /(\n {2}staging: \{[\s\S]*?\bweb: \{ \.\.\.web\([^)]*\))([^}]*?)( \})/,

  get: (text: string, field: string): string | undefined =>
    new RegExp(`, ${field}: ([^,}]+?)(?=,|$)`).exec(web.pattern.exec(text)?.[2] ?? "")?.[1],

  /** Undefined removes the field. */
  set: (text: string, field: string, value: string | undefined): string =>
    replaced(
      text,
      web.pattern,
      (_, head = "", fields = "", end = "") => {
        const others = fields.replace(new RegExp(`, ${field}: [^,}]+?(?=,|$)`), "");
        return `${head}${others}${value === undefined ? "" : `, ${field}: ${value}`}${end}`;
      },
      environmentsFile,
    ),
};

/** A GiB more for staging's web than every environment has, or as much as those if it has more already. */
function otherMemory(text: string): string {
  const base = Number(/\bmemory: (\d+)/.exec(text)?.[1] ?? 1024);
  return web.set(text, "memory", web.get(text, "memory") === undefined ? String(base + 1024) : undefined);
}

/** Replaces what a pattern finds; a Failure where it finds nothing. */
export function replaced(text: string, pattern: RegExp, by: (...found: string[]) => string, file: string): string {
  if (!pattern.test(text)) {
    throw new Failure(
      `${file} must hold what the scenario edits (${pattern.source})`,
      "undo your edit of that line to see the scenario",
    );
  }
  return text.replace(pattern, (...found) => by(...(found as string[])));
}

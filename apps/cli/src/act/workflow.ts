import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { data, Evaluator, Lexer, Parser } from "@actions/expressions";
import { parse } from "yaml";

/** A workflow file as far as a runner must know it. */
export interface Workflow {
  /** Name of its file: `plan.yml`. */
  readonly file: string;
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Permissions | undefined;
  readonly jobs: Readonly<Record<string, Job>>;
}

export type Permissions = string | Readonly<Record<string, string>>;

export interface Job {
  readonly name?: string;
  readonly if?: string | boolean;
  readonly needs?: string | readonly string[];
  readonly permissions?: Permissions;
  readonly environment?: string | { readonly name: string };
  readonly concurrency?: string | { readonly group: string };
  readonly strategy?: { readonly matrix?: unknown };
  /** A reusable workflow in place of steps. */
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly steps?: readonly Step[];
}

export interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

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

/** What starts a workflow, as GitHub would send it. */
export interface WorkflowEvent {
  readonly name: "pull_request" | "push" | "workflow_dispatch" | "workflow_run" | "schedule";
  readonly ref: string;
  /** Commit that the workflow runs on: the merge of a pull request, the head of a branch. */
  readonly sha: string;
  readonly actor: string;
  /** Body of the webhook. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Contexts of expressions: `github`, `inputs`, `vars`, `matrix` … */
export type Contexts = Readonly<Record<string, unknown>>;

/** Text with its `${{ … }}` evaluated, by GitHub's own evaluator. */
export function interpolate(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => evaluate(expression, contexts).coerceString());
}

/** The value of a text that is one whole `${{ … }}`, else its interpolated text. */
export function resolve(text: string, contexts: Contexts): unknown {
  const whole = /^\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*$/s.exec(text)?.[1];
  if (whole === undefined) return interpolate(text, contexts);
  return JSON.parse(JSON.stringify(evaluate(whole, contexts), data.replacer));
}

function evaluate(expression: string, contexts: Contexts): data.ExpressionData {
  const values = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  const { tokens } = new Lexer(expression).lex();
  return new Evaluator(new Parser(tokens, Object.keys(contexts), []).parse(), values).evaluate();
}

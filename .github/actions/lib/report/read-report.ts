import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Failure } from "../failure.ts";
import { constructPaths } from "../plan/construct-paths.ts";
import type { PlanJson } from "../plan/plan-json.ts";
import type { LoadedReport, LoadedStack, Report, ReportedStack } from "./report.ts";

const statuses = ["planned", "unchanged", "provisional", "failed", "waiting"];

/** Reads `report.json` and the files that it names. */
export async function readReport(plansDir: string): Promise<LoadedReport> {
  const path = join(plansDir, "report.json");
  const report = (await readJson(path)) as Partial<Report>;
  for (const field of ["environment", "head", "engine", "provider"] as const) {
    if (typeof report[field] !== "string" || report[field] === "")
      throw invalid(path, `${field} (${report[field]}) must be a text`);
  }
  if (!Array.isArray(report.stacks)) throw invalid(path, "stacks () must be a list");
  const names = report.stacks.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalid(path, `stacks (${twice} twice) must have names of their own`);
  const stacks = await Promise.all(report.stacks.map((stack) => loadStack(plansDir, path, stack)));
  return { ...(report as Report), stacks };
}

async function loadStack(plansDir: string, path: string, stack: ReportedStack): Promise<LoadedStack> {
  const { plan, config, ...rest } = stack;
  if (typeof stack.name !== "string" || stack.name === "") throw invalid(path, `name (${stack.name}) must be a text`);
  if (!statuses.includes(stack.status)) {
    throw invalid(path, `status of ${stack.name} (${stack.status}) must be one of ${statuses.join(", ")}`);
  }
  const planned = stack.status === "planned" || stack.status === "provisional";
  if (planned && plan === undefined) throw invalid(path, `plan of ${stack.name} () must name the file of its plan`);
  return {
    ...rest,
    hash: String(stack.hash ?? ""),
    constructPaths: config === undefined ? new Map() : constructPaths(await readJson(resolve(plansDir, config))),
    ...(planned && plan !== undefined ? { plan: (await readJson(resolve(plansDir, plan))) as PlanJson } : {}),
  };
}

async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new Failure("plans-invalid", `File (${path}) must be readable`, "run the planning step before this one", {
      cause: error,
    });
  }
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the file, which may hold secrets.
    throw invalid(path, "content must be JSON");
  }
}

function invalid(path: string, what: string): Failure {
  return new Failure("plans-invalid", `${path}: ${what}`, "let the planning step write it");
}

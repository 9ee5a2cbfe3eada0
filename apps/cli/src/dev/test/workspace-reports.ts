import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PartResult } from "./run-parts.ts";

export interface WorkspaceReport {
  readonly workspace: string;
  /** JSON of a `PartResult`: a workspace's `test` writes it, and turbo restores it when it takes the result from its cache. */
  readonly path: string;
}

/** Folders of npm's workspaces, below the repository's root. */
export function workspaceFolders(root: string): readonly string[] {
  const { packages } = readJson<{ packages: Record<string, { resolved?: string; link?: boolean }> }>(
    join(root, "package-lock.json"),
  );
  return Object.values(packages).flatMap(({ link, resolved }) => (link && resolved ? [resolved] : []));
}

export const workspaceReport = (root: string, workspace: string) => join(root, workspace, ".turbo/test-result.json");

/** Where each workspace that has tests says how they went. */
export function workspaceReports(root: string): readonly WorkspaceReport[] {
  return workspaceFolders(root)
    .filter((workspace) => {
      const { scripts = {} } = readJson<{ scripts?: object }>(join(root, workspace, "package.json"));
      return "test" in scripts;
    })
    .map((workspace) => ({ workspace, path: workspaceReport(root, workspace) }));
}

/** The sum of all workspaces. One without a report has failed, and so has a run that failed although no report says so. */
export function addUp(
  reports: readonly WorkspaceReport[],
  { ok, output }: { readonly ok: boolean; readonly output: string },
): PartResult {
  const results = reports.map(({ workspace, path }): PartResult => {
    if (existsSync(path)) return readJson(path);
    return { passed: 0, failed: 1, report: `${workspace}: its tests did not end, or wrote no ${path}` };
  });
  const sum = (key: "passed" | "failed") => results.reduce((total, result) => total + result[key], 0);
  const said = results.flatMap(({ failed, report }) => (failed > 0 ? [report] : []));
  if (!ok && said.length === 0) return { passed: sum("passed"), failed: 1, report: output.slice(-4000) };
  return { passed: sum("passed"), failed: sum("failed"), report: said.join("\n") };
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, "utf8"));
}

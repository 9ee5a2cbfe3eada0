import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ensurePython, runQuietly } from "@slipway/local-aws";
import type { CommandContext } from "../command-context.ts";
import { parseUnittest } from "../dev/test/parse-results.ts";
import { workspaceReport } from "../dev/test/workspace-reports.ts";

/** The tests of `apps/web`: Django's own, with exactly the packages of the image and without docker. */
export async function testWeb({ home: workspace, signal }: CommandContext): Promise<void> {
  const { root, variables } = workspace;
  const line = (text: string) => void process.stdout.write(`${text}\n`);
  const folder = join(root, "apps/web");
  const requirements = join(folder, "requirements.txt");
  const log = (text: string) => line(`› ${text}`);
  const python = await ensurePython({ home: workspace, requirements, what: "the Django app", signal, log });
  // Settings come from the environment: nothing of the caller's may change what is tested.
  const settings = { SECRET_KEY: "only-for-these-tests", ALLOWED_HOSTS: "testserver", PYTHONDONTWRITEBYTECODE: "1" };
  const given = Object.entries({ PATH: variables.PATH, HOME: variables.HOME, ...settings });
  const { ok, output } = await runQuietly({
    file: "env",
    arguments: ["-i", ...given.map(([name, value]) => `${name}=${value ?? ""}`), python, "manage.py", "test"],
    cwd: folder,
    logPath: workspace.path("logs", "test-web.log"),
    signal,
  });
  line(output);
  const report = workspaceReport(root, "apps/web");
  mkdirSync(dirname(report), { recursive: true });
  writeFileSync(report, JSON.stringify(parseUnittest(output, ok)));
  if (!ok) process.exitCode = 1;
}

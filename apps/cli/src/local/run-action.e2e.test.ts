import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSlipwayHome } from "@slipway/local-aws";
import { type ActionRequest, runAction } from "./run-action.ts";

/** A repository whose push-image does `script`. */
function repository(script: string) {
  const root = mkdtempSync(join(tmpdir(), "actions-"));
  mkdirSync(join(root, ".github/actions/dist/push-image"), { recursive: true });
  const prelude = 'const { appendFileSync: add } = require("node:fs"); const e = process.env;';
  writeFileSync(join(root, ".github/actions/dist/push-image/main.cjs"), `${prelude}\n${script}`);
  return readSlipwayHome(root, {});
}

const run = (script: string, signal = new AbortController().signal) => {
  const home = repository(script);
  const request: ActionRequest = {
    home,
    name: "push-image",
    inputs: { "task-definition": "web:1" },
    variables: { PATH: "/bin" },
    signal,
  };
  return { home, result: runAction(request) };
};

test("a bundle gets its inputs with their dashes and gives outputs and a summary, as on a runner", async () => {
  const { result } = run(
    'add(e.GITHUB_OUTPUT, "digest=" + e["INPUT_TASK-DEFINITION"] + "\\n"); add(e.GITHUB_STEP_SUMMARY, "## Done")',
  );
  expect(await result).toMatchObject({ ok: true, outputs: { digest: "web:1" }, summary: "## Done", errors: [] });
});

test("a failure is shown by its error lines, and what it masked is in no log", async () => {
  const { result } = run(
    'console.log("::add-mask::hunter2"); console.log("::error::no hunter2"); process.exitCode = 1',
  );
  const { ok, errors, logPath } = await result;
  expect([ok, errors]).toEqual([false, ["no ***"]]);
  expect(readFileSync(logPath, "utf8")).toBe("error: no ***\n");
});

test("it sees the variables it was given and none of this process", async () => {
  process.env.SLIPWAY_TEST_LEAK = "leak";
  const { result } = run('add(e.GITHUB_OUTPUT, "leak=" + (e.SLIPWAY_TEST_LEAK ?? "none") + "\\n")');
  expect((await result).outputs).toEqual({ leak: "none" });
});

test("its files are gone afterwards", async () => {
  const { home, result } = run("");
  await result;
  expect(existsSync(home.path("runner")) ? readdirSync(home.path("runner")) : []).toEqual([]);
});

test("an aborted run ends the bundle and throws why", async () => {
  const controller = new AbortController();
  const { result } = run("setInterval(() => {}, 1000)", controller.signal);
  setTimeout(() => controller.abort(new Error("stopped")), 200);
  await expect(result).rejects.toThrow("stopped");
});

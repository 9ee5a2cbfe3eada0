import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSlipwayHome } from "@slipway/local-aws";
import { jestFile, nodeCheck } from "./tool-parts.ts";

/** Runs a part whose package is `script`: a program of one line, in a project of its own. */
function run(part: ReturnType<typeof nodeCheck>, script: string) {
  const root = mkdtempSync(join(tmpdir(), "project-"));
  mkdirSync(join(root, "node_modules/jest/bin"), { recursive: true });
  writeFileSync(join(root, "node_modules/jest/bin/jest.js"), script);
  const home = readSlipwayHome(root, {});
  const signal = new AbortController().signal;
  return part({ home, log: home.path("logs", "part"), env: { GREETING: "hello" }, signal, print: () => {} });
}

const writeReport = `
  const path = process.argv.find((word) => word.startsWith("--outputFile=")).slice("--outputFile=".length);
  require("node:fs").writeFileSync(path, '{"numPassedTests":2,"numFailedTests":0,"testResults":[]}');`;

test("a check passes or fails by its exit code, and a failure shows what it wrote", async () => {
  const part = nodeCheck("jest/bin/jest.js", ["word"]);
  expect(await run(part, "")).toEqual({ passed: 1, failed: 0, report: "" });
  expect(await run(part, "console.log(process.env.GREETING, process.argv[2]); process.exitCode = 1")).toEqual({
    passed: 0,
    failed: 1,
    report: "hello word",
  });
});

test("jest that is killed is a failure, before its report and after it", async () => {
  const part = jestFile("a.e2e.test.ts");
  expect(await run(part, writeReport)).toMatchObject({ passed: 2, failed: 0 });
  const kill = 'process.kill(process.pid, "SIGKILL")';
  expect(await run(part, kill)).toMatchObject({ passed: 0, failed: 1 });
  expect(await run(part, `${writeReport}\nrequire("node:fs").writeSync(2, "half way");\n${kill}`)).toMatchObject({
    passed: 2,
    failed: 1,
    report: "half way",
  });
});

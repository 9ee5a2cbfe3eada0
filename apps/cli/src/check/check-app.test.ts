import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Environment, environment } from "@slipway/infra";
import { unattendedContext } from "../command-context.ts";
import { appTests, checkApps, hasTestStage } from "./check-app.ts";

const staging = (more: Partial<Environment> = {}): Environment => ({ ...environment("staging"), ...more });
const program = (code: string) => [process.execPath, "-e", code];

describe("the command", () => {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "check-app-"));
    mkdirSync(join(root, staging().app.folder), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const check = (testCommand: readonly string[], printed: string[] = []) =>
    checkApps(unattendedContext({ root, folder: root, print: (line) => printed.push(line) }), [
      staging({ testCommand }),
    ]);

  test("is run in the app's folder, without a shell", async () => {
    const printed: string[] = [];
    await check([...program("require('fs').writeFileSync('ran', process.argv[1])"), "$HOME && exit 1"], printed);
    expect(readFileSync(join(root, staging().app.folder, "ran"), "utf8")).toBe("$HOME && exit 1");
    expect(printed.at(-1)).toMatch(/^✔ /);
  });

  test("that fails is one sentence with its code, and where to correct it", async () => {
    await expect(check(program("process.exit(3)"))).rejects.toThrow(
      /^testCommand \(.* -e process\.exit\(3\)\) must succeed in apps\/web, but it ended with 3; correct the app, or the command in apps\/infra\/src\/environments\.ts\.$/,
    );
  });

  test("that is not there is named", async () => {
    await expect(check(["no-such-program", "test"])).rejects.toThrow(
      /^testCommand \(no-such-program test\) must succeed in apps\/web, but it could not be run \(.*no-such-program.*\); /,
    );
  });
});

test("environments with the same app are one test; local, which no workflow deploys, is none of them", () => {
  const production = { ...environment("production") };
  const local = { ...environment("local"), testCommand: ["only", "here"] };
  expect(appTests([local, staging(), production])).toEqual([
    { app: expect.objectContaining({ folder: "apps/web", context: "apps/web" }), command: staging().testCommand },
  ]);
  const other = { ...production, app: { ...production.app, folder: "shop" } };
  expect(appTests([staging(), other]).map(({ app }) => app.folder)).toEqual(["apps/web", "shop"]);
  expect(appTests([local]).map(({ command }) => command)).toEqual([["only", "here"]]);
});

test.each([
  ["FROM python:3.13 AS test", true],
  ["from --platform=$BUILDPLATFORM python:3.13 as TEST\r\nRUN x", true],
  ["FROM python:3.13\nFROM base AS build\n  FROM build AS test\nRUN pytest\nFROM build", true],
  ["FROM python:3.13 AS tests", false],
  ["FROM test", false],
  ["# FROM python:3.13 AS test\nFROM python:3.13", false],
  ["FROM python:3.13 AS build\nRUN echo FROM x AS test", false],
])("%j has a stage test: %p", (dockerfile, expected) => {
  expect(hasTestStage(dockerfile)).toBe(expected);
});

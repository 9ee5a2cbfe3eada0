import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { environment } from "@slipway/infra";
import { isPortFree, processesIn } from "@slipway/local-aws";
import { type EntryEnd, type EntryHome, startEntry } from "../dev/test/start-entry.ts";
import { seeInBrowser } from "./testing/browser-check.ts";

// The tests depend on each other: each starts with the state of the one before, because an apply takes minutes.
jest.setTimeout(480_000);

const root = join(__dirname, "../../../..");
const shared = process.env.SLIPWAY_HOME ?? join(root, ".slipway/test");
const homeFolder = join(shared, "loop");
// A port per SlipwayHome, outside of the ephemeral range, so that tests of two checkouts do not collide.
const port = 20_000 + (Number.parseInt(createHash("sha256").update(homeFolder).digest("hex").slice(0, 6), 16) % 10_000);
const home: EntryHome = { root, folder: homeFolder, port };
const other = "apps/cli/fixtures/other-django";
const otherOptions = [
  ...["--app", other, "--dockerfile", "docker/production.Dockerfile", "--target", "runtime", "--port", "9000"],
  ...["--health-path", "/up", "--container-name", "tracker", "--env-file", `${other}/docker/production.env`],
  ...["--worker", "python manage.py remind"],
];
const run = (...args: string[]) => startEntry(home, args).ended;
const path = (...parts: string[]) => join(home.folder, ...parts);
const docker = (...args: string[]) => execFileSync("docker", args, { encoding: "utf8" }).trim();
const instanceId = () =>
  (JSON.parse(readFileSync(path("aws/known.json"), "utf8")) as { incarnation: string }).incarnation;
const containers = (of: string) =>
  docker("ps", "--all", "--quiet", "--filter", `label=slipway=${of}`).split("\n").filter(Boolean);
const emulator = () => (JSON.parse(readFileSync(path("aws/process.json"), "utf8")) as { pid: number }).pid;

function expectSuccess({ code, output }: EntryEnd): void {
  if (code !== 0) throw new Error(`it ended with ${code}:\n${output.slice(-6000)}`);
}

/** A run must leave no Terraform, build or action process; the local AWS keeps running. */
function expectNoChildren(): void {
  expect([...processesIn(path("local")), ...processesIn(path("apps"))]).toEqual([]);
}

/** Ctrl-C, as a terminal sends it: once to the whole group. */
async function interruptIn(step: string, args: readonly string[], afterMs = 300): Promise<EntryEnd> {
  const entry = startEntry(home, args);
  await entry.waitForOutput(`❯ ${step}`);
  await sleep(afterMs);
  process.kill(-entry.pid, "SIGINT");
  const end = await entry.ended;
  expectNoChildren();
  return end;
}

beforeAll(async () => {
  await run("down");
  mkdirSync(home.folder, { recursive: true });
  // The Python environment of the other tests is the same.
  if (!existsSync(path("cache")) && existsSync(join(shared, "cache")))
    symlinkSync(join(shared, "cache"), path("cache"));
});
afterAll(async () => {
  await run("down");
  rmSync(home.folder, { recursive: true, force: true });
});

test("down and status work when nothing is up", async () => {
  const [down, status] = [await run("down"), await run("status")];
  expectSuccess(down);
  expectSuccess(status);
  expect(status.output).toContain("Local AWS  is not running\n           `npm start` starts it");
});

test.each([
  [["synth", "nowhere"], {}, "environment (nowhere) must be one of local, staging, production"],
  [["start", "--app", "nowhere"], {}, "--app (nowhere) must be a folder"],
  [["start"], { SLIPWAY_GATEWAY_PORT: "http" }, "SLIPWAY_GATEWAY_PORT (http) must be a port"],
  [["start"], { TERRAFORM_BIN: "/nonexistent/terraform" }, "terraform (/nonexistent/terraform) must be installed"],
])("%j with %j is one sentence and a failure", async (args, variables, sentence) => {
  const { code, output } = await startEntry(home, args, variables).ended;
  expect(code).toBe(1);
  expect(output).toContain(sentence);
  expect(output).not.toMatch(/\n +at /);
});

test("an old Terraform is refused with its version and the remedy", async () => {
  const old = path("old-terraform");
  writeFileSync(old, `#!/bin/sh\necho '{"terraform_version": "1.5.7"}'\n`, { mode: 0o755 });
  const { code, output } = await startEntry(home, ["start"], { TERRAFORM_BIN: old }).ended;
  expect(code).toBe(1);
  expect(output).toMatch(/terraform \(1\.5\.7 at .*\) must be 1\.10 or newer; install Terraform/);
});

test("a port in use is shown with the process that has it and another port to take", async () => {
  const server = createServer().listen(home.port, "127.0.0.1");
  try {
    const { code, output } = await run("start");
    expect(code).toBe(1);
    expect(output).toContain(`port ${home.port} must be free, node (process ${process.pid}) listens on it`);
    expect(output).toContain(`SLIPWAY_GATEWAY_PORT=${home.port + 2} npm start`);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

test.each([
  ["Machine", 50],
  ["Local AWS", 50],
  ["Image", 300],
])("Ctrl-C in %s stops everything with code 130 and says how to go on", async (step, afterMs) => {
  const { code, output } = await interruptIn(step, ["start", "--no-drill"], afterMs);
  expect(code).toBe(130);
  expect(output).toMatch(/npm start was stopped in “.+” by SIGINT\. Nothing is lost: run it again/);
});

test("Ctrl-C during an apply waits for Terraform and leaves a usable state", async () => {
  const entry = startEntry(home, ["start", "--no-drill"]);
  await entry.waitForOutput("; applying");
  await sleep(4000);
  const second = await run("start", "--no-drill");
  expect(second.code).toBe(1);
  expect(second.output).toContain(`\`npm start\` (process ${entry.pid}) must end first`);
  process.kill(entry.pid, "SIGINT");
  const { code } = await entry.ended;
  expect(code).toBe(130);
  expectNoChildren();
});

test("a local AWS that is killed during an apply is one sentence, and nothing waits for it", async () => {
  const entry = startEntry(home, ["start", "--no-drill"]);
  await entry.waitForOutput("❯ Stacks");
  await entry.waitForOutput("applying");
  await sleep(3000);
  process.kill(emulator(), "SIGKILL");
  const killed = performance.now();
  const { code, output } = await entry.ended;
  expect(code).toBe(1);
  expect(output).toMatch(/the local AWS \(process \d+\) must keep running, but it ended; run `npm start` again/);
  expect((performance.now() - killed) / 1000).toBeLessThan(60);
  expectNoChildren();
});

test("npm start goes the whole way, drills, loses no request and leaves empty plans", async () => {
  const end = await run("start");
  expectSuccess(end);
  expect(end.output).toContain("came back after an unclean end: every stack is planned");
  expect(end.output).toMatch(/✔ Ask the app: \/ → 200, \/healthz → healthy, \/version says sha256:[0-9a-f]{12}/);
  expect(end.output).toMatch(/✔ A version that crashes: rolled back .*still answers/);
  expect(end.output).toMatch(/exit \d "ModuleNotFoundError: No module named 'config\.missing'"/);
  expect(end.output).toMatch(/✔ A version that never answers: rolled back .*still answers/);
  expect(end.output).toMatch(/✔ A second version: revision \S+ runs/);
  expect(end.output).toMatch(/✔ Rollback: revision \S+ → \S+/);
  expect(end.output).toMatch(/✔ The second version again: refused \(image-rolled-back\)/);
  expect(end.output).toContain("✔ Plans at the end: 7 plans, all empty");
  expect(end.output).toMatch(/\nAll +\d{3,} +0\n/);
  expect(end.output).toMatch(/✔ Static files: 2 of 2 published at https:\/\/static\./);
  expect(end.output).toMatch(
    /✔ Ask the names: HTTP is led to HTTPS, the style sheet comes from CloudFront \(.+\), both functions answer/,
  );
  const [name] = environment("local").services.web?.hosts ?? [];
  expect(end.output).toContain(`answers at https://${name}:${home.port + 1}/`);
  expect(readdirSync(path("summaries")).some((name) => name.endsWith("-deploy.md"))).toBe(true);
  expect(end.seconds).toBeLessThan(480);
});

// On macOS the store is the user's own keychain, which a test leaves alone.
const testOnLinux = process.platform === "linux" ? test : test.skip;
testOnLinux(
  "Chromium shows page and styles as secure once `npm run trust` is followed, and refuses otherwise",
  async () => {
    const name = environment("local").services.web?.hosts?.[0];
    const url = `https://${name}:${port + 1}/`;
    const advice = await run("trust");
    expectSuccess(advice);
    const screenshot = path("summaries/browser.png");
    const { before, trusted, undone } = await seeInBrowser({ url, advice: advice.output, screenshot });
    const refused = { refused: "net::ERR_CERT_AUTHORITY_INVALID" };
    expect([before, undone]).toEqual([refused, refused]);
    expect(trusted).toMatchObject({ security: "secure", issues: [], problems: [] });
    const [page, ...rest] = trusted.answers ?? [];
    expect(page).toMatch(new RegExp(`^document 200 .*Slipway.* ${url}$`));
    expect(rest.join("\n")).toMatch(
      new RegExp(`^stylesheet 200 .*Slipway.* https://static\\.${name}:${port + 1}/static/\\S+\\.css$`, "m"),
    );
    expect(readFileSync(screenshot).length).toBeGreaterThan(5000);
  },
);

test("npm start again finds nothing to do and repeats the drill", async () => {
  const end = await run("start");
  expectSuccess(end);
  expect(end.output).toContain("✔ Stacks: unchanged, nothing planned");
  expect(end.output).toMatch(/✔ Image: .*already built/);
  expect(end.output).toMatch(/✔ Push: .*there already/);
  expect(end.output).toMatch(/✔ Deploy: unchanged/);
  expect(end.output).toContain("✔ Plans at the end: 7 plans, all empty");
  // Half as long again as on a machine that does nothing else: other tests run beside this one.
  expect(end.seconds).toBeLessThan(135);
});

test.each(["A version that never answers", "A second version"])(
  "Ctrl-C in the drill, in “%s”, ends with 130",
  async (step) => {
    const { code } = await interruptIn(step, ["start"], 2500);
    expect(code).toBe(130);
  },
);

test("after an interrupted drill the first version is delivered again", async () => {
  const end = await run("start", "--no-drill");
  expectSuccess(end);
  expect(end.output).toContain("✔ Stacks: unchanged, nothing planned");
});

test("npm start -- --no-drill says unchanged, plans nothing and asks the app once", async () => {
  const end = await run("start", "--no-drill");
  expectSuccess(end);
  expect(end.output).toContain("✔ Stacks: unchanged, nothing planned");
  expect(end.output).toMatch(/✔ Deploy: unchanged/);
  expect(end.output.match(/✔ Ask the app: \/ → 200/g)).toHaveLength(1);
  expect(end.output).not.toMatch(/: planned, because/);
  expect(end.seconds).toBeLessThan(45);
});

test("status shows the local AWS, the stacks and what runs", async () => {
  const { code, output } = await run("status");
  expect(code).toBe(0);
  expect(output).toContain(`Local AWS  http://127.0.0.1:${home.port}, process ${emulator()}`);
  expect(output).toMatch(
    new RegExp(`service +web: 2 of 2 running, ${environment("local").name}-web:\\d+, sha256:[0-9a-f]{12}`),
  );
  expect(output).toContain("/healthz → 200");
});

test("a Dockerfile that is not there is one failure with those that are, before anything is asked or built", async () => {
  const { code, output } = await run("start", "--app", other, "--dockerfile", "docker/web.Dockerfile");
  expect(code).toBe(1);
  expect(output).toContain(`must be a file below --app (${other}); there are some elsewhere:`);
  expect(output).toContain(`    npm start -- --app ${other} --dockerfile docker/production.Dockerfile`);
  expect(output).not.toContain("❯ Machine");
});

test("after the local AWS lost its memory another project is delivered and drilled alike, its settings kept secret", async () => {
  const lost = instanceId();
  expect(containers(lost).length).toBeGreaterThan(0);
  process.kill(emulator(), "SIGKILL");
  await sleep(500);
  rmSync(path("aws/state"), { recursive: true, force: true });
  const end = await run("start", ...otherOptions);
  expectSuccess(end);
  expect(end.output).toMatch(/the local AWS lost its memory: \d+ containers of the old one are removed/);
  expect(containers(lost)).toEqual([]);
  expect(end.output).toContain("TRACKER_DSN is empty in");
  expect(end.output).toContain("the Dockerfile exposes no port: 9000 is asked");
  expect(end.output).toMatch(/✔ Secret values: .*TRACKER_SECRET.* written as SecureString/);
  expect(end.output).toMatch(/✔ Ask the app, web: \/up → healthy, ECS says sha256:/);
  expect(end.output).toMatch(/✔ Ask ECS about worker: 1 of 1 running, ECS says sha256:/);
  expect(end.output).toMatch(/✔ A version that crashes: rolled back/);
  expect(end.output).toMatch(/exit 3/);
  expect(end.output).toMatch(/✔ A second version of worker: revision \S+ runs; 1 of 1 running/);
  expect(end.output).toMatch(/✔ Rollback of worker: revision \S+ → \S+/);
  expect(end.output).toContain("✔ Plans at the end: 3 plans, all empty");
  const { output: status } = await run("status");
  expect(status).toMatch(/service +worker: 1 of 1 running, other-django-local-worker:\d+, sha256:[0-9a-f]{12}\n/);
  expect(status.match(/ answers /g)).toHaveLength(1);
  const secret = "django-insecure-k3#9v$x&z!q7w(e5r-t=y+u2i@o1p^a*s_d";
  const seen = ["apps", "logs", "summaries", "local"]
    .filter((folder) => existsSync(path(folder)))
    .flatMap((folder) => grep(secret, path(folder)));
  expect(seen).toEqual([]);
  expect(end.output).not.toContain(secret);
});

test("down leaves no process, container, image or port", async () => {
  const of = instanceId();
  expect(containers(of).length).toBeGreaterThan(0);
  const end = await run("down");
  expectSuccess(end);
  expect(containers(of)).toEqual([]);
  expect(processesIn(home.folder)).toEqual([]);
  expect(await isPortFree(home.port)).toBe(true);
  expect(
    docker("image", "ls", "--format", "{{.Repository}}")
      .split("\n")
      .filter((name) => name.startsWith(`127.0.0.1:${home.port}/`)),
  ).toEqual([]);
  expect(readdirSync(home.folder)).toEqual(["cache"]);
});

/** Files below `folder` that hold `text`. */
function grep(text: string, folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));
}

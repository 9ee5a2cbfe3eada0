import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const script = join(__dirname, "../../.github/scripts/changes.sh");

let root = "";
const git = (...args: string[]) =>
  execFileSync("git", ["-C", root, "-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
    encoding: "utf8",
    env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
  });
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

const shop = { folder: "shop", context: "shop", dockerfile: "shop/docker/Dockerfile" };

/** What the script says of a commit that changes these files of a project whose app is built like that. */
function changed(paths: readonly string[], app = shop, event = "pull_request") {
  for (const path of paths) write(path, "changed");
  commit();
  write(".github/environments.json", JSON.stringify({ staging: { app }, production: { app } }));
  return run(event);
}

function commit(): void {
  git("add", "--all");
  git("commit", "--quiet", "--allow-empty", "--message", "commit");
}

function run(event: string) {
  const env = { PATH: process.env.PATH, GITHUB_EVENT_NAME: event };
  const { status, stdout, stderr } = spawnSync(script, { cwd: root, env, encoding: "utf8" });
  return status === 0 ? stdout.trim().split("\n") : [`${status}`, stderr.trim().split("\n").at(-1)];
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "changes-"));
  git("init", "--quiet", "--initial-branch", "main");
  write(".gitignore", ".github/environments.json\n");
  commit();
});
beforeEach(() => void git("checkout", "--quiet", "--detach", "main"));
afterAll(() => rmSync(root, { recursive: true }));

test.each<[string, readonly string[], typeof shop, boolean, boolean]>([
  ["documentation", ["docs/page.md", "README.md", "packages/network/README.md"], shop, false, false],
  ["nothing", [], shop, false, false],
  ["the app", ["shop/views.py"], shop, true, false],
  ["the app's folder with spaces in a name", ["shop/a b.py"], shop, true, false],
  ["a stack", ["apps/infra/src/stacks/service-stack.ts"], shop, false, true],
  ["a golden", ["apps/infra/golden/staging/service.tf.json"], shop, false, true],
  ["the lock file", ["package-lock.json"], shop, false, true],
  ["how the app is built and tested", ["apps/infra/src/environments.ts"], shop, true, true],
  ["the check itself", [".github/workflows/check.yml"], shop, true, true],
  ["both", ["shop/views.py", ".github/actions/lib/run.ts"], shop, true, true],
  ["what its image takes in from outside its folder", ["lib/x.py"], { ...shop, context: "." }, true, false],
  ["its Dockerfile elsewhere", ["docker/Dockerfile"], { ...shop, dockerfile: "docker/Dockerfile" }, true, false],
  ["an app beside the stacks", ["apps/web/x.py"], { ...shop, folder: "apps/web" }, true, false],
  ["an app that is the whole repository", ["apps/infra/src/main.ts"], { ...shop, folder: "." }, true, true],
  ["an app whose folder holds the stacks", ["apps/infra/src/main.ts"], { ...shop, folder: "apps" }, true, true],
])("%s", (_, paths, app, inApp, inInfrastructure) => {
  expect(changed(paths, app)).toEqual([`app=${inApp}`, `infrastructure=${inInfrastructure}`]);
});

test.each(["push", "merge_group"])("on %s everything is checked", (event) => {
  expect(changed(["docs/page.md"], shop, event)).toEqual(["app=true", "infrastructure=true"]);
});

test("what main has got since the pull request left it is none of its changes", () => {
  write("shop/views.py", "changed");
  commit();
  const head = git("rev-parse", "HEAD").trim();
  git("checkout", "--quiet", "--detach", "main");
  write("packages/network/src/index.ts", "changed");
  commit();
  git("merge", "--quiet", "--no-ff", "--message", "merge", head);
  expect(run("pull_request")).toEqual(["app=true", "infrastructure=false"]);
});

test("without the commit that the pull request is merged into, the step fails with what it needs", () => {
  expect(run("pull_request")).toEqual([
    "1",
    "::error::The parents of HEAD must be there to see what the pull request changes; check out with fetch-depth: 2.",
  ]);
});

import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { type FakeGithub, fakeGithub } from "@slipway/github/fake";
import type { SlipwayHome } from "@slipway/local-aws";
import { execa } from "execa";
import { openScenarioRepository } from "../scenarios/repository.ts";
import { pageCommands } from "./doctor.ts";

jest.setTimeout(300_000);

const root = resolve(__dirname, "../../../..");
const page = readFileSync(join(root, "docs/to-a-real-account.md"), "utf8")
  .replaceAll("OWNER/NAME", "octo-org/this-is-project")
  .replaceAll('owner: "OWNER", name: "NAME"', 'owner: "octo-org", name: "this-is-project"');
/** Settings as the page has people write them. */
const [, settings = ""] = /^```ts\n([\s\S]*?)^```/m.exec(page) ?? [];

/** What is not executed here: why, and which test executes it (none where only an account could show it). */
const elsewhere: readonly { readonly command: RegExp; readonly why: string; readonly by?: string }[] = [
  { command: /^gh auth (login|setup-git)\b/, why: "signs in to GitHub" },
  { command: /^gh repo create /, why: "makes the repository, which the fake has" },
  {
    command: /^npm (start -- --app |run down$)/,
    why: "starts the local AWS: executed there with the same project",
    by: "apps/cli/src/local/loop.e2e.test.ts",
  },
  {
    command: /npm run bootstrap -- /,
    why: "needs AWS: executed against the local one",
    by: "apps/cli/src/environment/bootstrap.e2e.test.ts",
  },
  {
    command: /npm run (secret -- set|destroy --) /,
    why: "needs AWS: executed against the local one",
    by: "apps/cli/src/environment/environment.e2e.test.ts",
  },
  { command: / aws logs tail /, why: "needs an account" },
  {
    command: /^gh workflow run /,
    why: "needs a runner: executed by act against the local AWS",
    by: "apps/cli/src/scenarios/github/github.e2e.test.ts",
  },
];
/** Installing takes minutes: the same command says here whether lock file and package.json agree. */
const shortened: Readonly<Record<string, string>> = { "npm ci": "npm ci --dry-run --offline --no-audit --no-fund" };

const scratch = mkdtempSync(join(tmpdir(), "account-"));
const folders = ["clone", "bare.git", "bin", "tracker"].map((name) => join(scratch, name));
const [clone, bare, bin, tracker] = folders as [string, string, string, string];
const said = new Map<string, string>();
let github: FakeGithub;

/** As bash in the clone of somebody who has nothing but this page. */
async function sh(command: string, cwd = clone): Promise<string> {
  const { PATH = "", HOME = "" } = process.env;
  const person = ["AUTHOR", "COMMITTER"].flatMap((who) => [
    [`GIT_${who}_NAME`, "Mona"],
    [`GIT_${who}_EMAIL`, "mona@example.com"],
  ]);
  const env = {
    PATH: `${bin}${delimiter}${PATH}`,
    HOME,
    GH_TOKEN: "ghp_mona",
    GITHUB_API_URL: github.url,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    // What is pushed to GitHub goes to a folder; the remote's address stays GitHub's.
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `url.${bare}.pushInsteadOf`,
    GIT_CONFIG_VALUE_0: "https://github.com/octo-org/this-is-project.git",
    ...Object.fromEntries(person),
  };
  const { all, exitCode } = await execa("bash", ["-euo", "pipefail", "-c", command], {
    cwd,
    env,
    extendEnv: false,
    all: true,
    stdin: "ignore",
    reject: false,
  });
  if (exitCode !== 0) throw new Error(`a command of the page must succeed:\n${command}\n${all?.slice(-3000)}`);
  return all ?? "";
}

function edit(path: string, changes: readonly (readonly [RegExp, string])[]): void {
  const before = readFileSync(join(clone, path), "utf8");
  const after = changes.reduce((text, [from, to]) => {
    const changed = text.replace(from, () => to);
    expect([from, changed === text]).toEqual([from, false]);
    return changed;
  }, before);
  writeFileSync(join(clone, path), after);
}

/** What the page asks a person to write, with the numbers that its own command printed. */
function writeWhoWeAre(): void {
  const [ownerId, id] = (said.get("gh api 'repos/{owner}/{repo}' --jq '.owner.id, .id'") ?? "").trim().split("\n");
  const written = settings.replace("OWNER_ID", ownerId ?? "").replace('"ID"', `"${id}"`);
  const declarations = written.split(/\n(?=const |function )/).map((text) => text.trim());
  expect(declarations).toHaveLength(4);
  edit("apps/infra/src/environments.ts", [
    ...declarations.map((text) => {
      const [name] = /^\w+ \w+/.exec(text) ?? [];
      // One line, or all to the line that begins with the closing brace.
      return [new RegExp(`^${name}\\b(?:.*;|[\\s\\S]*?^\\}.*)$`, "m"), text] as const;
    }),
    [/111111111111/g, "123456789012"],
    [/222222222222/g, "210987654321"],
  ]);
  edit(".github/CODEOWNERS", [[/@this-is-owner\/maintainers/g, "@octo-org/platform"]]);
}

beforeAll(async () => {
  github = await fakeGithub({ ghp_mona: "mona" });
  github.state.settings.private = true;
  github.state.settings.ownerId = 7;
  await openScenarioRepository({ root, folder: join(root, ".slipway") } as SlipwayHome, clone);
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", bare]);
  cpSync(join(root, "apps/cli/fixtures/other-django"), tracker, { recursive: true });
  await sh("git init --quiet --initial-branch=main && git add . && git commit --quiet --message Tracker", tracker);
  execFileSync("git", ["-C", clone, "remote", "add", "origin", "https://github.com/this-is-owner/template.git"]);
  mkdirSync(bin);
  const shim = `#!/bin/sh\nexec '${process.execPath}' '${join(__dirname, "testing/fake-gh.js")}' "$@"\n`;
  writeFileSync(join(bin, "gh"), shim);
  chmodSync(join(bin, "gh"), 0o755);
});

afterAll(async () => {
  await github.close();
  rmSync(scratch, { recursive: true, force: true });
});

test("every command of the page succeeds in its order, unless it needs an account; nothing is left to fix", async () => {
  const used = new Set<RegExp>();
  for (const command of pageCommands(page)) {
    const skipped = elsewhere.filter((each) => each.command.test(command));
    for (const each of skipped) used.add(each.command);
    if (skipped.length > 0) continue;
    if (command === "npm ci") writeWhoWeAre();
    said.set(command, await sh(shortened[command] ?? command));
  }
  expect(elsewhere.filter(({ command }) => !used.has(command))).toEqual([]);
  expect(elsewhere.filter(({ by }) => by !== undefined && !existsSync(join(root, by)))).toEqual([]);
  expect(github.violations).toEqual([]);
  const doctor = said.get("GITHUB_TOKEN=$(gh auth token) npm run doctor");
  expect(doctor).toContain("production by dispatch alone");
  expect(doctor).toContain("0 to fix, 0 not visible from here");
});

test("what is pushed is what was written, with all that is derived from it", async () => {
  expect(await sh("git status --porcelain")).toBe("");
  const pushed = (path: string) => execFileSync("git", ["-C", bare, "show", `main:${path}`], { encoding: "utf8" });
  expect(JSON.parse(pushed(".github/environments.json"))).toMatchObject({
    staging: { name: "tracker-staging", account: "123456789012", region: "eu-west-1", app: { folder: "app" } },
  });
  expect(pushed("app/manage.py")).toBe(readFileSync(join(tracker, "manage.py"), "utf8"));
  expect(pushed("apps/infra/golden/staging/service.tf.json")).toContain("/tracker-staging/web/TRACKER_SECRET");
  expect(pushed("apps/infra/golden/production/access.tf.json")).toContain("repo:octo-org@7/this-is-project@4000:");
});

test("the settings on the page are what that project wants", () => {
  const read = (path: string) => readFileSync(join(tracker, path), "utf8");
  const wanted = [...read("tracker/settings.py").matchAll(/os\.environ\["(\w+)"\]/g)].map(([, name = ""]) => name);
  expect(wanted.filter((name) => !settings.includes(`${name}: `))).toEqual([]);
  expect(settings).toContain(`port: ${/^EXPOSE (\d+)$/m.exec(read("Dockerfile"))?.[1]},`);
  const [, path = ""] = /healthCheckPath: "\/(.+)",/.exec(settings) ?? [];
  expect(read("tracker/urls.py")).toContain(`path("${path}"`);
});

test("what is committed in the project's own repository later comes over as the page says", async () => {
  await sh("echo later > later.txt && git add . && git commit --quiet --message Later", tracker);
  const [, command = ""] = /`(git subtree pull [^`]+)`/.exec(page) ?? [];
  await sh(`GIT_MERGE_AUTOEDIT=no ${command}`);
  expect(readFileSync(join(clone, "app/later.txt"), "utf8")).toBe("later\n");
});

test("with reviewers, as the page has it clicked, nothing is left to fix either", async () => {
  const { variables, environments } = github.state.settings;
  variables.clear();
  const doctor = "GITHUB_TOKEN=$(gh auth token) npm run doctor";
  await expect(sh(doctor)).rejects.toThrow("environment production-approval must have reviewers");
  Object.assign(environments.get("production-approval") ?? {}, { reviewers: ["hubot"], preventSelfReview: true });
  expect(await sh(doctor)).toContain("0 to fix, 0 not visible from here");
});

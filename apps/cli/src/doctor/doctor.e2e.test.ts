import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type FakeGithub, fakeGithub } from "@slipway/github/fake";
import { fakeHost } from "@slipway/local-aws/host/testing/fake-host";
import type { Expected, Finding } from "./checks.ts";
import { examine, requiredChecks, showFindings } from "./doctor.ts";

jest.setTimeout(20_000);

let github: FakeGithub;
let root = "";

beforeEach(async () => {
  github = await fakeGithub();
  root = mkdtempSync(join(tmpdir(), "doctor-"));
  mkdirSync(join(root, ".github"));
  writeFileSync(join(root, ".github/CODEOWNERS"), "* @octo-org/platform\n");
});

afterEach(async () => {
  rmSync(root, { recursive: true });
  await github.close();
  expect(github.violations).toEqual([]);
});

const expected = {
  id: "4000",
  ownerId: "7",
  branch: "main",
  environments: ["staging", "production"],
  checks: ["Check"],
};

function runDoctor(
  variables: Record<string, string> = { GITHUB_TOKEN: "ghp_x" },
  changes: Partial<Expected> = {},
  origin = "git@github.com:octo-org/this-is-project.git",
): Promise<readonly Finding[]> {
  const host = fakeHost({
    executables: { git: ["/usr/bin"] },
    answers: { "/usr/bin/git": { stdout: `${origin}\n` } },
    variables: { GITHUB_API_URL: github.url, ...variables },
  });
  return examine({ root, host, expected: { ...expected, ...changes } });
}

const ruleset = (name: string): FakeGithub["state"]["settings"]["rulesets"][number] =>
  JSON.parse(readFileSync(resolve(__dirname, `../../../../docs/rulesets/${name}.json`), "utf8"));

/** As `docs/to-a-real-account.md` says. */
function setUp(branch = "main"): FakeGithub["state"]["settings"] {
  const { settings } = github.state;
  settings.defaultBranch = branch;
  const environment = (refs: string[], reviewers: string[] = []) => ({ refs, reviewers, preventSelfReview: true });
  settings.ownerId = 7;
  settings.rulesets = [ruleset("main"), ruleset("tags")];
  settings.environments.set("staging", environment([branch]));
  settings.environments.set("production", environment([branch]));
  settings.environments.set("production-approval", environment([branch], ["mona"]));
  settings.defaultToken = "read";
  settings.mayApprove = false;
  github.state.labels.add("allow-destroy");
  return settings;
}

const wrong = (findings: readonly Finding[]) => findings.flatMap((each) => (each.state === "bad" ? [each.what] : []));

test("a repository set up as the docs say has nothing to fix and nothing unseen", async () => {
  setUp();
  const findings = await runDoctor();
  expect(findings.filter(({ state }) => state !== "good")).toEqual([]);
  expect(showFindings(findings).at(-1)).toBe("0 to fix, 0 not visible from here, 13 good");
});

test("a new repository is shown everything that is missing, each with where to click or what to run", async () => {
  const findings = await runDoctor();
  expect(wrong(findings)).toHaveLength(8);
  const text = showFindings(findings).join("\n");
  expect(text).toContain(
    'a ruleset must still ask for: an approved pull request, a review by code owners, a new approval after each push, the check "Check", no force push, no deletion',
  );
  expect(text).toContain("environment staging (missing) must exist, for main alone");
  expect(text).toContain("gh label create allow-destroy");
});

test.each<[string, (settings: ReturnType<typeof setUp>) => void, RegExp]>([
  [
    "another repository",
    (s) => {
      s.id = 5;
    },
    /^github in environments.ts \(7\/4000\) must be the numbers of this repository, 7\/5$/,
  ],
  [
    "reviewers where a lock is held",
    (s) => {
      s.environments.get("production")?.reviewers.push("mona");
    },
    /^environment production must have no reviewers/,
  ],
  [
    "any branch",
    (s) => {
      delete s.environments.get("staging")?.refs;
    },
    /^environment staging \(any ref.*\) must be for main alone$/,
  ],
  [
    "a branch too many",
    (s) => {
      s.environments.get("production")?.refs?.push("release/*");
    },
    /^environment production \(main, release\/\*\) must be for main alone$/,
  ],
  [
    "no approval",
    (s) => {
      s.environments.get("production-approval")?.reviewers.pop();
    },
    /^environment production-approval must have reviewers$/,
  ],
  [
    "a rule that is off",
    (s) => {
      s.rulesets = s.rulesets.map((each) => (each.target === "tag" ? { ...each, enforcement: "disabled" } : each));
    },
    /^tags v\* must be protected/,
  ],
  [
    "a writing token",
    (s) => {
      s.defaultToken = "write";
    },
    /^the default token of Actions \(writes\) must only read/,
  ],
  [
    "another subject",
    (s) => {
      s.defaultSubject = false;
    },
    /^the subject of OIDC tokens \(customized\)/,
  ],
  [
    "an unknown owner",
    (s) => {
      s.codeownersErrors = [{ line: 1, message: "Unknown owner" }];
    },
    /GitHub says line 1: Unknown owner$/,
  ],
])("%s is found", async (_, change, message) => {
  change(setUp());
  expect(wrong(await runDoctor())).toEqual([expect.stringMatching(message)]);
});

const mainRuleset = (settings: ReturnType<typeof setUp>) => {
  const found = settings.rulesets.find(({ target }) => target === "branch");
  if (found === undefined) throw new Error("there is no ruleset for main");
  return found;
};

test("an approval that outlives a push is found: the new plan is one that nobody has seen", async () => {
  const pulls = mainRuleset(setUp()).rules.find(({ type }) => type === "pull_request");
  Object.assign(pulls?.parameters ?? {}, { dismiss_stale_reviews_on_push: false });
  expect(wrong(await runDoctor())).toEqual([
    "main must be protected; a ruleset must still ask for: a new approval after each push",
  ]);
});

test("whoever may bypass the rules of main is named", async () => {
  mainRuleset(setUp()).bypass_actors = [
    { actor_type: "OrganizationAdmin", actor_id: null, bypass_mode: "always" },
    { actor_type: "Team", actor_id: 12, bypass_mode: "pull_request" },
  ];
  const [finding, ...others] = (await runDoctor()).filter(({ state }) => state === "bad");
  expect(others).toEqual([]);
  expect(finding?.what).toMatch(
    /^the rules of main must bind everybody; OrganizationAdmin of ruleset main, Team 12 of ruleset main may bypass: an approved pull request, .* no deletion$/,
  );
  expect(finding).toMatchObject({ next: expect.stringContaining("empty its bypass list") });
});

test("a ruleset that may be bypassed does no harm where another asks for the same", async () => {
  const settings = setUp();
  const second = { ...mainRuleset(settings), name: "second" };
  settings.rulesets.push({ ...second, bypass_actors: [{ actor_type: "DeployKey" }] });
  expect(wrong(await runDoctor())).toEqual([]);
});

const privateWithoutReviewers = (variable?: string) => {
  const settings = setUp();
  settings.private = true;
  settings.environments.get("production-approval")?.reviewers.pop();
  if (variable !== undefined) settings.variables.set("PRODUCTION_BY_DISPATCH", variable);
  return settings;
};

test("in a private repository that can have no reviewers, the other way is named", async () => {
  privateWithoutReviewers();
  const [finding] = (await runDoctor()).filter(({ state }) => state === "bad");
  expect(finding).toMatchObject({
    next: expect.stringContaining("gh variable set PRODUCTION_BY_DISPATCH --body true"),
  });
});

test("where that way is taken, nothing is left to fix", async () => {
  privateWithoutReviewers("true");
  const findings = await runDoctor();
  expect(findings.filter(({ state }) => state !== "good")).toEqual([]);
  expect(findings.map(({ what }) => what)).toContain(
    "production by dispatch alone: environment production-approval is for main alone and has no reviewers",
  );
});

test("that way is none where its variable says something else, or reviewers can be had", async () => {
  const settings = privateWithoutReviewers("yes");
  expect(wrong(await runDoctor())).toEqual([
    "the variable PRODUCTION_BY_DISPATCH (yes) must be true, or environment production-approval have reviewers",
  ]);
  settings.variables.set("PRODUCTION_BY_DISPATCH", "true");
  settings.private = false;
  expect(wrong(await runDoctor())).toEqual(["environment production-approval must have reviewers"]);
});

test("another default branch is good where environments.ts has it, with its environments and its rules", async () => {
  setUp("develop");
  const findings = await runDoctor(undefined, { branch: "develop" });
  expect(findings.filter(({ state }) => state !== "good")).toEqual([]);
  expect(findings.map(({ what }) => what)).toEqual(
    expect.arrayContaining(["develop is the default branch", "environment staging is for develop alone"]),
  );
});

test("where the two differ, default branch, environments and rules are each named", async () => {
  setUp("develop");
  const findings = await runDoctor();
  expect(wrong(findings)).toEqual([
    "the default branch (develop) must be main, as github.branch in environments.ts has it",
    expect.stringMatching(/^main must be protected; /),
    "environment staging (develop) must be for main alone",
    "environment production (develop) must be for main alone",
    "environment production-approval (develop) must be for main alone",
  ]);
  expect(findings.find(({ what }) => what.startsWith("the default branch"))).toMatchObject({
    next: expect.stringContaining("run bootstrap of each environment again"),
  });
});

test.each([
  ["git@acme.ghe.com:acme/shop.git", {}, "the git remote origin (acme.ghe.com)"],
  ["https://ghp_secret@github.acme.com/acme/shop", {}, "the git remote origin (github.acme.com)"],
  [
    "git@github.com:octo-org/this-is-project.git",
    { GITHUB_API_URL: "https://api.acme.ghe.com" },
    "GITHUB_API_URL (api.acme.ghe.com)",
  ],
  [
    "git@github.com:octo-org/this-is-project.git",
    { GITHUB_SERVER_URL: "https://github.acme.com" },
    "GITHUB_SERVER_URL (github.acme.com)",
  ],
])("another GitHub is named and not asked: %s %j", async (origin, variables, which) => {
  const findings = await runDoctor({ GITHUB_TOKEN: "ghp_x", ...variables }, {}, origin);
  expect(findings.filter(({ state }) => state !== "good")).toEqual([
    {
      state: "bad",
      what: `${which} must be on github.com: the roles trust tokens that github.com signs, and GitHub Enterprise Server and *.ghe.com sign theirs elsewhere`,
      next: "push the project to a repository on github.com, where its workflows run",
    },
  ]);
  expect(github.requests).toEqual([]);
});

test("what the token may not see is said, and fails nothing", async () => {
  privateWithoutReviewers("true").isAdministrator = false;
  const findings = await runDoctor();
  expect(wrong(findings)).toEqual([]);
  expect(findings.filter(({ state }) => state === "unknown")).toEqual([
    expect.objectContaining({ what: "who may bypass the rules of main", reason: expect.stringContaining("not seen") }),
    expect.objectContaining({
      what: "whether PRODUCTION_BY_DISPATCH makes up for the reviewers of production-approval",
      reason: expect.stringContaining("needs Variables: read"),
    }),
    expect.objectContaining({
      what: "default token of Actions",
      reason: expect.stringContaining("needs Administration: read"),
    }),
    expect.objectContaining({ what: "subject of OIDC tokens" }),
  ]);
});

test("without a token the files are looked at, and how to give one is said", async () => {
  const findings = await runDoctor({});
  expect(findings.map(({ state }) => state)).toEqual(["good", "good", "unknown"]);
  expect(showFindings(findings).join("\n")).toContain(
    "GITHUB_TOKEN=$(gh auth token) npm run doctor looks at octo-org/this-is-project",
  );
  expect(github.requests).toEqual([]);
});

test("where Slipway's own suite runs, its check is asked for too, and its ruleset satisfies that", async () => {
  const settings = setUp();
  const own = () => runDoctor({ GITHUB_TOKEN: "ghp_x" }, { checks: ["Check", "Test"] });
  expect(wrong(await own())).toEqual(['main must be protected; a ruleset must still ask for: the check "Test"']);
  settings.rulesets.push(ruleset("suite"));
  expect(wrong(await own())).toEqual([]);
});

const workflow = (name: string) =>
  readFileSync(resolve(__dirname, `../../../../.github/workflows/${name}.yml`), "utf8");

test("the suite is asked for in the repository that its workflow names, and in no other", () => {
  const repository = resolve(__dirname, "../../../..");
  const named = /^ {4}if: github\.repository == '(.+)'$/m.exec(workflow("ci"))?.[1] ?? "none";
  expect(requiredChecks(repository, named)).toEqual(["Check", "Test"]);
  expect(requiredChecks(repository, named.toUpperCase())).toEqual(["Check", "Test"]);
  expect(requiredChecks(repository, "octo-org/shop")).toEqual(["Check"]);
  // A team may have deleted the suite.
  expect(requiredChecks(root, named)).toEqual(["Check"]);
});

test("the checks that main must ask for are jobs that report", () => {
  expect(workflow("check")).toMatch(/^ {4}name: Check$/m);
  expect(workflow("ci")).toMatch(/^ {4}name: Test$/m);
});

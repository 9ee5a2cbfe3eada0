import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type GithubStandIn, githubStandIn } from "@slipway/actions/github-stand-in";
import { fakeSystem } from "../machine/fake-system.ts";
import { examine } from "./examine.ts";
import type { Finding } from "./finding.ts";
import { showFindings } from "./show-findings.ts";

jest.setTimeout(20_000);

let github: GithubStandIn;
let root = "";

beforeEach(async () => {
  github = await githubStandIn();
  root = mkdtempSync(join(tmpdir(), "doctor-"));
  mkdirSync(join(root, ".github"));
  writeFileSync(join(root, ".github/CODEOWNERS"), "* @octo-org/platform\n");
});

afterEach(async () => {
  rmSync(root, { recursive: true });
  await github.close();
  expect(github.violations).toEqual([]);
});

const expected = { id: "4000", ownerId: "7", environments: ["staging", "production"], check: "Test" };

function look(variables: Record<string, string> = { GITHUB_TOKEN: "ghp_x" }): Promise<readonly Finding[]> {
  const system = fakeSystem({
    executables: { git: ["/usr/bin"] },
    answers: { "/usr/bin/git": { stdout: "git@github.com:octo-org/this-is-project.git\n" } },
    variables: { GITHUB_API_URL: github.url, ...variables },
  });
  return examine({ root, system, expected });
}

interface Ruleset {
  readonly conditions: { readonly ref_name: { readonly include: string[] } };
  readonly rules: GithubStandIn["state"]["settings"]["mainRules"];
}

const ruleset = (name: string): Ruleset =>
  JSON.parse(readFileSync(resolve(__dirname, `../../../../docs/rulesets/${name}.json`), "utf8"));

/** As `docs/to-a-real-account.md` says. */
function setUp(): GithubStandIn["state"]["settings"] {
  const { settings } = github.state;
  const environment = (refs: string[], reviewers: string[] = []) => ({ refs, reviewers, preventSelfReview: true });
  settings.ownerId = 7;
  const tags = ruleset("tags");
  const types = tags.rules.map(({ type }) => type);
  settings.mainRules = ruleset("main").rules;
  settings.tagRulesets = [{ refs: tags.conditions.ref_name.include, types, enforcement: "active" }];
  settings.environments.set("plan", environment(["main", "refs/pull/*/merge"]));
  settings.environments.set("staging", environment(["main"]));
  settings.environments.set("production", environment(["main"]));
  settings.environments.set("production-approval", environment(["main"], ["mona"]));
  settings.defaultToken = "read";
  settings.mayApprove = false;
  github.state.labels.add("allow-destroy");
  return settings;
}

const wrong = (findings: readonly Finding[]) => findings.flatMap((each) => (each.state === "bad" ? [each.what] : []));

test("a repository set up as the docs say has nothing to mend and nothing unseen", async () => {
  setUp();
  const findings = await look();
  expect(findings.filter(({ state }) => state !== "good")).toEqual([]);
  expect(showFindings(findings).at(-1)).toBe("0 to mend, 0 not to be seen from here, 14 good");
});

test("a new repository is told everything that is missing, each with where to click or what to run", async () => {
  const findings = await look();
  expect(wrong(findings)).toHaveLength(9);
  const text = showFindings(findings).join("\n");
  expect(text).toContain(
    'a ruleset must still ask for: an approved pull request, a review by code owners, the check "Test", no force push, no deletion',
  );
  expect(text).toContain("environment plan (missing) must exist, for main and refs/pull/*/merge alone");
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
      s.tagRulesets = [{ refs: ["~ALL"], types: ["update", "deletion"], enforcement: "disabled" }];
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
  expect(wrong(await look())).toEqual([expect.stringMatching(message)]);
});

test("in a private repository that can have no reviewers, the other way is named", async () => {
  const settings = setUp();
  settings.private = true;
  settings.environments.get("production-approval")?.reviewers.pop();
  const [finding] = (await look()).filter(({ state }) => state === "bad");
  expect(finding).toMatchObject({ how: expect.stringContaining("PRODUCTION_BY_DISPATCH=true") });
});

test("what the token may not see is said, and fails nothing", async () => {
  setUp().isAdministrator = false;
  const findings = await look();
  expect(wrong(findings)).toEqual([]);
  expect(findings.filter(({ state }) => state === "unknown")).toEqual([
    expect.objectContaining({
      what: "default token of Actions",
      why: expect.stringContaining("needs Administration: read"),
    }),
    expect.objectContaining({ what: "subject of OIDC tokens" }),
  ]);
});

test("without a token the files are looked at, and how to give one is said", async () => {
  const findings = await look({});
  expect(findings.map(({ state }) => state)).toEqual(["good", "good", "unknown"]);
  expect(showFindings(findings).join("\n")).toContain(
    "GITHUB_TOKEN=$(gh auth token) npm run doctor looks at octo-org/this-is-project",
  );
  expect(github.requests).toEqual([]);
});

test("the check that main must ask for is the job of ci", () => {
  const ci = readFileSync(resolve(__dirname, "../../../../.github/workflows/ci.yml"), "utf8");
  expect(ci).toMatch(/^ {4}name: Test$/m);
});

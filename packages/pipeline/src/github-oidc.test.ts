import { synth } from "@slipway/testing";
import {
  type GithubJobs,
  GithubOidc,
  type GithubOidcProps,
  type GithubRepository,
  githubSubjects,
} from "./github-oidc.ts";
import { GithubRole, type GithubRoleProps } from "./github-role.ts";

const repository = { owner: "acme", name: "shop", ownerId: "123", id: "456" };

interface Changes {
  readonly oidc?: Partial<GithubOidcProps>;
  readonly repository?: Partial<GithubRepository>;
  readonly role?: Partial<GithubRoleProps>;
}

function role(changes: Changes = {}) {
  return synth((scope) => {
    const github = new GithubOidc(scope, "github", {
      repository: { ...repository, ...changes.repository },
      ...changes.oidc,
    });
    new GithubRole(scope, "deploy", {
      name: "shop-deploy",
      description: "Deploys",
      github,
      jobs: { environment: "production" },
      statements: [{ Sid: "All", Effect: "Allow", Action: "ecs:UpdateService", Resource: "*" }],
      ...changes.role,
    });
  });
}

const trust = (changes: Changes = {}) => JSON.parse(role(changes).one("aws_iam_role").assume_role_policy);

describe("trust", () => {
  test("a role trusts one environment of one repository, in both forms of its tokens' subject, and tokens made for AWS only", () => {
    expect(trust()).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Github",
          Effect: "Allow",
          Principal: {
            Federated: expect.stringMatching(/^\$\{aws_iam_openid_connect_provider\.github_provider_\w+\.arn\}$/),
          },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: {
              "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
              "token.actions.githubusercontent.com:sub": [
                "repo:acme/shop:environment:production",
                "repo:acme@123/shop@456:environment:production",
              ],
            },
          },
        },
      ],
    });
  });

  test("a branch can be trusted in an environment's place", () => {
    expect(githubSubjects(repository, { ref: "refs/heads/main" })).toEqual([
      "repo:acme/shop:ref:refs/heads/main",
      "repo:acme@123/shop@456:ref:refs/heads/main",
    ]);
  });

  test.each<[GithubJobs, string]>([
    [
      { environment: "prod*" },
      "environment (prod*) must be letters, digits, hyphens and underscores; GitHub would write",
    ],
    [{ environment: "" }, "environment () must be letters"],
    [{ ref: "main" }, "ref (main) must be one whole branch or tag; write for example refs/heads/main."],
    [{ ref: "refs/heads/*" }, "ref (refs/heads/*) must be one whole branch or tag"],
    [{ ref: "refs/pull/1/merge" }, "ref (refs/pull/1/merge) must be one whole branch or tag"],
  ])("%j is refused, because more than one could match", (jobs, message) => {
    expect(() => githubSubjects(repository, jobs)).toThrow(message);
  });

  test.each<[Partial<GithubRepository>, string]>([
    [{ owner: "*" }, "repository.owner (*) must be the name of an account or organization"],
    [{ name: "shop:ref" }, "repository.name (shop:ref) must be the name of a repository"],
    [{ ownerId: "acme" }, "repository.ownerId (acme) must be a number in quotes; ask GitHub: gh api repos/OWNER/NAME"],
    [{ id: "" }, "repository.id () must be a number in quotes"],
  ])("%j is refused", (changes, message) => {
    expect(() => role({ repository: changes })).toThrow(message);
  });
});

describe("provider", () => {
  test("it is created once, takes tokens for AWS only, and stays", () => {
    expect(role().one("aws_iam_openid_connect_provider")).toEqual({
      url: "https://token.actions.githubusercontent.com",
      client_id_list: ["sts.amazonaws.com"],
      lifecycle: { prevent_destroy: true, ignore_changes: ["client_id_list", "thumbprint_list"] },
    });
  });

  test("where the account has one already, it is looked up", () => {
    const json = role({ oidc: { provider: "look-up" } });
    expect(json.all("aws_iam_openid_connect_provider")).toEqual([]);
    expect(Object.values(json.json.data.aws_iam_openid_connect_provider)).toEqual([
      { url: "https://token.actions.githubusercontent.com" },
    ]);
  });
});

describe("role", () => {
  test("a session ends after an hour, or later where a job takes longer", () => {
    expect(role().one("aws_iam_role").max_session_duration).toBe(3600);
    expect(role({ role: { sessionMinutes: 120 } }).one("aws_iam_role").max_session_duration).toBe(7200);
  });

  test.each([59, 721, 90.5])("a session of %d minutes is refused", (sessionMinutes) => {
    expect(() => role({ role: { sessionMinutes } })).toThrow(
      `sessionMinutes (${sessionMinutes}) must be a whole number from 60 to 720; leave it out for 60.`,
    );
  });

  test("a name that AWS would refuse is refused, not shortened: workflows compute the ARN from it", () => {
    const name = `${"a".repeat(60)}-plan`;
    expect(() => role({ role: { name } })).toThrow(`name (${name}) must be 1 to 64 letters`);
  });

  test("two statements of one name are refused, as IAM does", () => {
    const statement = { Sid: "A", Effect: "Allow", Action: "ecs:UpdateService", Resource: "*" } as const;
    expect(() => role({ role: { statements: [statement, statement] } })).toThrow(
      "statements (A) must have names that differ; IAM refuses two alike.",
    );
  });

  test("more rights than fit into a role's policy are refused", () => {
    const Resource = Array.from({ length: 300 }, (_, index) => `arn:aws:ecs:eu-west-1:111111111111:service/a/${index}`);
    expect(() => role({ role: { statements: [{ Sid: "A", Effect: "Allow", Action: "ecs:*", Resource }] } })).toThrow(
      /^statements \(\d+ characters\) must be at most 10240 characters; name fewer resources/,
    );
  });
});

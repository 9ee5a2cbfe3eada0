import { readFileSync } from "node:fs";
import { join } from "node:path";
import { reachable } from "./reachable.ts";

const awsActions = [
  "push-image",
  "write-image-definitions",
  "deploy-service",
  "rollback-service",
  "read-service",
  "check-service",
  "report-plan",
  "apply-plan",
  "report-drift",
  "publish-static",
];
const actions = [...awsActions, "report-deploy", "read-environment"];
const folder = join(__dirname, "../../.github/actions");
const read = (path: string) => readFileSync(join(folder, path), "utf8");

/** The sources of an action, as far as its main.ts can reach them, now or later: per file its imports and the reached definitions. */
function sourcesOf(action: string): string[] {
  const reached = [...reachable(`.github/actions/${action}/main.ts`)];
  // Terraform's errors have reasons of their own; the actions say what each means to them.
  return reached.filter(([file]) => !file.startsWith("packages/terraform/")).map(([, text]) => text);
}

function all(sources: readonly string[], pattern: RegExp): string[] {
  return [...new Set(sources.flatMap((text) => [...text.matchAll(pattern)].map(([, name = ""]) => name)))].sort();
}

function section(text: string, title: string): string {
  return text.split(/^## /m).find((part) => part.startsWith(title)) ?? "";
}

const clients = {
  "client-acm": "acm",
  "client-ecs": "ecs",
  "client-ecr": "ecr",
  "client-cloudwatch-logs": "logs",
  "client-cloudfront": "cloudfront",
  "client-s3": "s3",
  "client-sts": "sts",
};

/** Calls that policies name otherwise. */
const policyNames: Readonly<Record<string, string>> = { "s3:ListObjectsV2": "s3:ListBucket" };

/** IAM actions of the SDK commands that are sent. */
function calledActions(sources: readonly string[]): string[] {
  const called = sources.flatMap((text) =>
    all([text], /new (\w+)Command\(/g).map((name) => {
      const source = new RegExp(`\\{[^}]*\\b${name}Command\\b[^}]*\\}[^"]*"@aws-sdk/([\\w-]+)"`).exec(text)?.[1];
      const call = `${clients[source as keyof typeof clients]}:${name}`;
      return policyNames[call] ?? call;
    }),
  );
  return [...new Set(called)].sort();
}

/** What is needed beside the SDK's own calls. */
const implied: Record<string, string[]> = {
  // docker push
  "push-image": [
    "ecr:BatchCheckLayerAvailability",
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:UploadLayerPart",
  ],
  "write-image-definitions": [],
  // giving a task its roles
  "deploy-service": ["iam:PassRole"],
  "rollback-service": ["iam:PassRole"],
  // the engine's states, records and locks; what the provider needs depends on the stacks
  "report-plan": ["s3:GetObject", "s3:ListBucket"],
  "report-drift": ["s3:GetObject", "s3:ListBucket"],
  "apply-plan": ["s3:DeleteObject", "s3:ListBucket"],
  "publish-static": [],
};

/** Calls about resources of the stacks, which the provider makes with the same role: what stacks need is not in the README. */
const ofProvider: Record<string, string[]> = { "apply-plan": ["acm:DescribeCertificate"] };

/** Reasons in shared code that an action cannot come to. */
const aws = ["access-denied", "aws-error", "aws-throttled", "aws-unreachable", "credentials-missing"];
const unreachable: Record<string, string[]> = {
  "report-deploy": aws,
  // it asks AWS nothing, and waits for nothing
  "read-environment": [...aws, "interrupted"],
  // a service that is not there is an answer, and nothing is waited for
  "read-service": ["cluster-not-found", "service-not-found", "service-not-active"],
  // the last two are how GitHub words the state of an issue
  "report-plan": ["completed", "reopened"],
  "report-drift": ["completed", "reopened"],
  // a service that is rolled back ran something before
  "rollback-service": ["first-deployment-failed"],
};

describe.each(actions)("the README of %s", (action) => {
  const text = read(`${action}/README.md`);
  const definition = read(`${action}/action.yml`);
  const sources = sourcesOf(action);
  const main = read(`${action}/main.ts`);

  test("lists the inputs that action.yml declares and main.ts reads", () => {
    const [head = "", rest = ""] = definition.split(/^outputs:$/m);
    const declared = all([head], /^ {2}([\w-]+):$/gm);
    expect(all([section(text, "Inputs")], /^\| `([\w-]+)` \|/gm)).toEqual(declared);
    expect(all([main], /inputs\.\w+\("([\w-]+)"/g)).toEqual(declared);
    const outputs = all([rest.split(/^runs:$/m)[0] ?? ""], /^ {2}([\w-]+):$/gm);
    expect(all([section(text, "Outputs")], /^\| `([\w-]+)` \|/gm)).toEqual(outputs);
  });

  test("lists exactly the failure reasons that its code can give", () => {
    const given = all(sources, /(?:new ActionFailure\(\s*|reason: )"([a-z-]+)"/g);
    const possible = given.filter((reason) => !unreachable[action]?.includes(reason));
    expect(all([section(text, "Failure reasons")], /^\| `([a-z-]+)` \|/gm)).toEqual(possible);
  });

  test("action.yml starts the bundle that the build makes", () => {
    expect(definition).toContain("using: node24");
    expect(definition).toContain(`main: ../dist/${action}/main.cjs`);
  });
});

describe.each(awsActions)("the policy of %s", (action) => {
  test("allows exactly the calls that its code makes", () => {
    const json = /```json\n([\s\S]+?)```/.exec(read(`${action}/README.md`))?.[1] ?? "";
    const statements: { Effect: string; Action: string[] }[] = JSON.parse(json).Statement;
    // One action may be allowed on several resources, each with a statement of its own.
    const allowed = [...new Set(statements.flatMap(({ Effect, Action }) => (Effect === "Allow" ? Action : [])))].sort();
    const called = calledActions(sourcesOf(action)).filter((call) => !ofProvider[action]?.includes(call));
    expect(allowed).toEqual([...called, ...(implied[action] ?? [])].sort());
  });
});

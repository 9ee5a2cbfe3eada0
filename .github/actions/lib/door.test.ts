import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type ActionContext, ActionFailure, type ActionResult, markdown } from "@slipway/core";
import { awsError } from "@slipway/core/testing/aws-error";
import { environment } from "@slipway/core/testing/environment";
import { at, primary } from "@slipway/ecs-deploy/testing/fake-deployments";
import { arn, fakeEcs, uri } from "@slipway/ecs-deploy/testing/fake-ecs";
import { checkService } from "../check-service/check-service.ts";
import { deployService } from "../deploy-service/deploy-service.ts";
import { renderDeploy } from "../report-deploy/report-deploy.ts";
import { run } from "./run.ts";

const said =
  'ImproperlyConfigured: cannot connect with postgres://app:Zr0ub4dor-Horse@db.internal/app @octo-org/admins ![x](http://evil.example/x) <img src="http://evil.example/p.png"> GH-1 octo/repo#2';
const folder = mkdtempSync(join(tmpdir(), "door-"));
const [output, summary] = [join(folder, "output"), join(folder, "summary.md")];

interface Left {
  readonly log: string;
  readonly outputs: string;
  readonly summary: string;
}

/** All that leaves the process of an action. */
async function leaves(work: (context: ActionContext) => Promise<ActionResult>): Promise<Left> {
  writeFileSync(output, "");
  writeFileSync(summary, "");
  const written: string[] = [];
  const write = jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  Object.assign(environment, { GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary });
  try {
    await run("an action", work);
  } finally {
    write.mockRestore();
    process.exitCode = 0;
  }
  return { log: written.join(""), outputs: readFileSync(output, "utf8"), summary: readFileSync(summary, "utf8") };
}
afterAll(() => {
  for (const name of ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"]) delete environment[name];
  rmSync(folder, { recursive: true });
});

/** What is left of Markdown without its code and what is escaped. */
const live = (text: string) =>
  text.replace(/^(`{3,})[\s\S]*?^\1$/gm, "").replace(/\\[^A-Za-z0-9\s]|(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, "x");

const deployed = {
  cluster: "prod",
  service: "web",
  taskDefinition: arn(1),
  images: [{ name: "django_test", imageUri: uri("b") }],
  desiredCount: 1,
  environment: [],
  migrateCommand: undefined,
  migrateTimeoutMinutes: 1,
  timeoutMinutes: 1,
  pollSeconds: 0.001,
  allowRolledBack: false,
  runId: undefined,
  allowOlder: false,
  dryRun: false,
};
const revisions = [{ image: uri("a").replace(/@.*/, ":template") }, { image: uri("a") }];
const started = primary(3, { rolloutState: "IN_PROGRESS", runningCount: 0 });
const event = { id: "e1", createdAt: new Date(), message: `(service web) ${said}` };
const stopped = {
  taskArn: "arn:aws:ecs:ap-northeast-2:111111111111:task/prod/fedcba9876543210fedcba9876543210",
  startedBy: started.id ?? "",
  taskDefinitionArn: arn(3),
  createdAt: new Date(),
  stopCode: "EssentialContainerExited" as const,
  stoppedReason: said,
  containers: [{ name: "django_test", reason: said }],
};

const fails = (what: string) => Promise.reject(new ActionFailure("push-failed", what, "run again"));
const checked = {
  healthCheckPath: "/up",
  versionPath: "/v",
  cluster: "",
  service: "",
  digest: "",
  answers: 1,
  timeoutSeconds: 0,
  connectTo: "",
  dryRun: false,
};
const waiting = { wait: async () => undefined, now: () => 0, ecs: () => Promise.reject(new Error("ECS is not asked")) };

const ways: Readonly<Record<string, (context: ActionContext) => Promise<ActionResult>>> = {
  "a line of the log": async ({ log }) => {
    log.info(said);
    log.warning(said);
    return { outputs: {}, summary: "" };
  },
  "a refusal of docker": () => fails(`docker could not push (${said})`),
  "an error of AWS": () => Promise.reject(awsError("InvalidParameterException", said)),
  "a refusal of IAM": () => Promise.reject(awsError("AccessDeniedException", said)),
  "a fault of our own": () => Promise.reject(new TypeError(said)),
  "something thrown": () => Promise.reject(said),
  "a summary with its text as code": async () => ({ outputs: {}, summary: markdown.code(said) }),
  "events and stopped tasks of a deployment": ({ log, signal }) => {
    const failed = primary(3, { rolloutState: "FAILED", rolloutStateReason: said, runningCount: 0 });
    const service = { ...at(failed), events: [event] };
    const ecs = fakeEcs({ revisions, snapshots: [at(primary(2)), service], started, stopped: [stopped] });
    return deployService(deployed, { ecs: ecs.client, log, signal });
  },
  "why a migration did not start": ({ log, signal }) => {
    const ecs = fakeEcs({ revisions, snapshots: [at(primary(2))], started, migration: said });
    return deployService({ ...deployed, migrateCommand: ["migrate"] }, { ecs: ecs.client, log, signal });
  },
  "a service that does not answer": ({ log, signal }) =>
    checkService({ ...checked, url: "http://app:Zr0ub4dor-Horse@127.0.0.1:1" }, { ...waiting, log, signal }),
};

test.each(Object.entries(ways))("%s leaves without secrets, and means nothing in Markdown", async (_, work) => {
  const left = await leaves(work);
  const all = Object.values(left).join("\n");
  expect(all.length).toBeGreaterThan(20);
  expect(all).not.toContain("Zr0ub4dor");
  expect(all).toContain("•••@");
  expect(live(left.summary)).not.toMatch(/@octo|!\[|\]\(http:|<img|http:\/\/evil|GH-1|octo\/repo#2/);
});

test("what a stopped task said stands in the table of the summary", async () => {
  const { summary: text } = await leaves(ways["events and stopped tasks of a deployment"] as (typeof ways)[string]);
  expect(text).toContain(
    "| 1 | `django_test` | – | EssentialContainerExited | ImproperlyConfigured: cannot connect with `postgres://•••@db.internal/app`",
  );
});

test("neither is anything of it on the pull request", () => {
  const outcome = {
    environment: "staging",
    service: "web",
    digest: "sha256:abc",
    deployed: false,
    failureReason: "",
    revision: "",
    previousRevision: "",
  };
  const more = {
    rolledBack: false,
    rollback: "failure",
    rollbackRevision: "",
    consoleUrl: `javascript:${said}`,
    runUrl: "https://run",
  };
  const text = renderDeploy({ ...outcome, ...more, failure: said, rollbackFailure: said });
  expect(text).toContain("postgres://•••@db.internal/app");
  expect(text).not.toContain("Zr0ub4dor");
  expect(live(text)).not.toMatch(/@octo|!\[|\]\(http:|<img|http:\/\/evil|GH-1|octo\/repo#2|javascript/);
});

test("a line is no command to the runner, and a masked value is hidden in any writing", async () => {
  const { log } = await leaves(async (context) => {
    context.log.mask("Kx9&Qz7");
    context.log.info("a\n::set-output name=a::b\n  ::stop-commands::x\n##[error]y Kx9%26Qz7");
    return { outputs: {}, summary: "" };
  });
  expect(log.split("\n").filter((line) => /^\s*::|##\[/.test(line))).toEqual(["::add-mask::Kx9&Qz7"]);
  expect(log).not.toContain("Kx9%26Qz7");
});

test("every action leaves by this door and by no other", () => {
  const root = resolve(__dirname, "..");
  const sources = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".ts") && !/node_modules|\.test\.ts$|^testing|^dist/.test(path),
  );
  const mains = sources.filter((path) => /^[^/]+\/main\.ts$/.test(path));
  expect(mains.length).toBeGreaterThanOrEqual(10);
  for (const path of mains) expect(readFileSync(join(root, path), "utf8")).toMatch(/^void run\("/m);
  const others = sources.filter(
    (path) =>
      path !== "lib/run.ts" &&
      /\bconsole\.|process\.std(out|err)|from "@actions\/core"/.test(readFileSync(join(root, path), "utf8")),
  );
  expect(others).toEqual(["lib/inputs.ts"]);
});

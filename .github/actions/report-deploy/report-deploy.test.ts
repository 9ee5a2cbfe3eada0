import { type DeployOutcome, renderDeploy } from "./report-deploy.ts";

const outcome: DeployOutcome = {
  environment: "staging",
  service: "web",
  digest: "sha256:abc",
  deployed: true,
  failure: "",
  failureReason: "",
  revision: "shop-web:42",
  previousRevision: "shop-web:41",
  rolledBack: false,
  rollback: "skipped",
  rollbackRevision: "",
  rollbackFailure: "",
  consoleUrl: "https://console",
  runUrl: "https://run",
};

test("a deployment that works is a heading and the facts", () => {
  expect(renderDeploy(outcome)).toBe(
    [
      "## `staging/web`: deployed",
      "",
      "| | |",
      "|---|---|",
      "| Image | `sha256:abc` |",
      "| Revision | `shop-web:41` → `shop-web:42` |",
      "",
      "[Run](https://run) · [deployments in the console](https://console)",
      "",
    ].join("\n"),
  );
});

test("what a newer run overtook is said in a sentence, without a call to fix the app", () => {
  const failure = "Run (1) must not be older than run 2; run the newest one again.";
  const text = renderDeploy({
    ...outcome,
    deployed: false,
    failure,
    failureReason: "newer-run-deployed",
    revision: "",
    previousRevision: "",
  });
  expect(text).toContain("## `staging/web`: **not deployed**, a newer run was faster\n\nRun (1) must not be older");
  expect(text).toContain("Nothing was rolled back: what the newer run deployed, with this merge in it, goes on.");
  expect(text).not.toContain("Fix the app");
});

test("what ECS rolled back says why, and what runs now", () => {
  const failure = "Deployment rolled back by ECS: circuit breaker 3/3; fix and push.";
  const text = renderDeploy({ ...outcome, deployed: false, rolledBack: true, failure });
  expect(text).toContain(
    "## `staging/web`: **not deployed**, rolled back by ECS\n\nDeployment rolled back by ECS: circuit breaker 3/3",
  );
  expect(text).toContain("| Revision | `shop-web:41` → `shop-web:42` → **`shop-web:41`** |");
  expect(text).toContain("Fix the app in a new pull request");
});

test("a failed check says why and which revision was brought back", () => {
  const failure = "GET /healthz must answer with 200 to 399, not 503; read the log.";
  const text = renderDeploy({
    ...outcome,
    deployed: false,
    failure,
    rollback: "success",
    rollbackRevision: "shop-web:40",
  });
  expect(text).toContain("**not deployed**, rolled back\n\nGET /healthz");
  expect(text).toContain("`shop-web:41` → `shop-web:42` → **`shop-web:40`**");
});

test("a rollback that failed gives its reason and the command to do it by hand", () => {
  const text = renderDeploy({
    ...outcome,
    deployed: false,
    failure: "GET /healthz failed.",
    rollback: "failure",
    rollbackFailure: "web:40 is INACTIVE; choose another.",
  });
  expect(text).toContain("could not be rolled back");
  expect(text).toContain("The rollback said: web:40 is INACTIVE; choose another.");
  expect(text).toContain("gh workflow run rollback.yml -f environment=staging -f service=web");
});

test("a job that died without a word leads to its log", () => {
  const text = renderDeploy({ ...outcome, deployed: false, revision: "", previousRevision: "" });
  expect(text).toContain("ended before it could say why");
  expect(text).not.toContain("Revision");
});

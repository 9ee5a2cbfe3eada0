import { jobNamed, plannedJobs } from "./planned-jobs.ts";
import type { Workflow } from "./workflow.ts";

const workflow = (file: string, values: Partial<Workflow>): Workflow => ({
  file,
  name: file.replace(".yml", ""),
  on: {},
  permissions: {},
  jobs: {},
  ...values,
});

const deploy = workflow("deploy.yml", {
  on: { workflow_call: { inputs: { environment: { type: "string" }, service: { default: "web" } } } },
  permissions: undefined,
  jobs: {
    ecs: {
      name: "${{ inputs.service }} in ${{ inputs.environment }}",
      environment: { name: "${{ inputs.environment }}" },
      concurrency: { group: "ecs-${{ inputs.environment }}-${{ inputs.service }}" },
    },
    tell: { permissions: { "pull-requests": "write" } },
  },
});

const apply = workflow("apply.yml", {
  jobs: {
    gate: { environment: "production-approval" },
    staging: {
      permissions: { "id-token": "write" },
      uses: "./.github/workflows/deploy.yml",
      with: { environment: "staging" },
    },
    others: {
      permissions: { "id-token": "read" },
      strategy: { matrix: { environment: ["demo", "${{ github.ref }}"] } },
      uses: "./.github/workflows/deploy.yml",
      with: { environment: "${{ matrix.environment }}" },
    },
  },
});

const workflows = new Map([deploy, apply].map((one) => [one.file, one]));
const jobs = plannedJobs(apply, { workflows, contexts: { github: { ref: "refs/heads/main" }, inputs: {} } });
const job = (name: string) => jobs.find((one) => one.name === name);

test("jobs of reusable workflows have the names that act gives them, and the environment their caller says", () => {
  expect(jobs.map(({ name, environment }) => [name, environment])).toEqual([
    ["apply/gate", "production-approval"],
    ["staging/deploy/web in staging", "staging"],
    ["staging/deploy/tell", undefined],
    ["others-1/deploy/web in demo", "demo"],
    ["others-1/deploy/tell", undefined],
    ["others-2/deploy/web in refs/heads/main", "refs/heads/main"],
    ["others-2/deploy/tell", undefined],
  ]);
});

test("a job may ask for an identity token when it and every caller may", () => {
  expect(jobs.filter(({ idToken }) => idToken).map(({ name }) => name)).toEqual(["staging/deploy/web in staging"]);
});

test("the concurrency group is that of the inputs", () => {
  expect(job("staging/deploy/web in staging")?.concurrency).toBe("ecs-staging-web");
});

test("a matrix that a job of the run gives is found by what is known", () => {
  const services = workflow("services.yml", {
    jobs: {
      each: {
        permissions: { "id-token": "write" },
        strategy: { matrix: { service: "${{ fromJSON(needs.apply.outputs.services) }}" } },
        uses: "./.github/workflows/deploy.yml",
        with: { environment: "staging", service: "${{ matrix.service }}" },
      },
    },
  });
  const all = plannedJobs(services, { workflows, contexts: {} });
  expect(jobNamed(all, "each-2/deploy/worker in staging")?.environment).toBe("staging");
  expect(jobNamed(all, "each/deploy/web in staging")?.id).toBe("ecs");
  expect(jobNamed(all, "each/deploy/web in production")).toBeUndefined();
});

test("a called workflow that does not exist is named", () => {
  const broken = workflow("broken.yml", { jobs: { call: { uses: "./.github/workflows/none.yml" } } });
  expect(() => plannedJobs(broken, { workflows, contexts: {} })).toThrow(
    "workflow (./.github/workflows/none.yml) of job call must exist",
  );
});

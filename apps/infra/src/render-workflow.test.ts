import { parse } from "yaml";
import { checkEnvironments } from "./check-environments.ts";
import type { Environment, EnvironmentInput } from "./environment.ts";
import { renderWorkflow } from "./render-workflow.ts";

const web = {
  containerName: "django",
  port: 8000,
  healthCheckPath: "/up",
  cpu: 256,
  memory: 512,
  desiredCount: 1,
  architecture: "ARM64" as const,
};
const { port: _, healthCheckPath: __, ...rest } = web;
const worker = { ...rest, command: ["celery", "worker"] };

const live: EnvironmentInput = {
  project: "shop",
  name: "shop",
  account: "222222222222",
  region: "eu-west-1",
  availabilityZones: ["eu-west-1a", "eu-west-1b"],
  cidrBlock: "10.0.0.0/16",
  natGateways: "single",
  registry: "live",
  stateBucket: "shop-state",
  github: { owner: "acme", name: "shop", ownerId: "1", id: "2" },
  awsProvider: "5.100.0",
  protection: "full",
  app: { folder: "." },
  services: { api: web, worker },
};
const qa: EnvironmentInput = { ...live, name: "shop-qa", account: "111111111111", stateBucket: "shop-qa-state" };
const { stateBucket: ___, ...withoutBucket } = live;
const local: EnvironmentInput = { ...withoutBucket, name: "shop-local", account: "000000000000", registry: "local" };

const environments = (changes: Readonly<Record<string, Partial<EnvironmentInput>>> = {}): readonly Environment[] => {
  const all = { local, qa: { ...qa, ...changes.qa }, live: { ...live, ...changes.live } };
  return [...checkEnvironments(all).values()];
};
const render = (text: string, all = environments()) => renderWorkflow("shop.yml", text, all);

const dispatch = (environment: string, service: string) => `on:
  workflow_dispatch:
    inputs:
      environment: # where to
        type: choice
        options: ${environment}
        required: true
      service:
        type: choice
        options: ${service}   # in their order
      plan: { type: string,   default: "" }
`;

describe("what a person chooses from", () => {
  test("is every environment that has a bucket, and every service, in the order of deployment", () => {
    expect(render(dispatch("[staging, production]", "[web]"))).toBe(dispatch("[qa, live]", "[api, worker]"));
  });

  test("is written anew where somebody made lines of it; comments and spaces beside it stay", () => {
    const lines = dispatch("\n          - staging\n          - production", "[web]");
    expect(parse(render(lines))).toEqual(parse(dispatch("[qa, live]", "[api, worker]")));
    expect(render(lines)).toContain("environment: # where to\n");
    expect(render(render(lines))).toBe(render(lines));
  });

  test("a service that only one environment has stands behind the one that it follows there", () => {
    const all = environments({
      qa: { services: { api: web, worker } },
      live: { services: { api: web, beat: worker, worker } },
    });
    expect(render(dispatch("[]", "[]"), all)).toContain("options: [api, beat, worker]");
  });

  test("two orders are refused: one workflow deploys to all environments", () => {
    const all = environments({ live: { services: { worker, api: web } } });
    expect(() => render("", all)).toThrow(
      new Error(
        "live.services (worker, api) must be in the order in which other environments have them (api, worker): one workflow deploys them; move them in environments.ts.",
      ),
    );
  });

  test("an input of that name that is no choice is somebody else's", () => {
    const text = "on: { workflow_call: { inputs: { service: { type: string, options: [x] } } } }\n";
    expect(render(text)).toBe(text);
  });
});

test("matrices of environments and what is synthesized name every environment", () => {
  const text = (keys: string, words: string) => `jobs:
  plan:
    strategy:
      matrix:
        environment: ${keys}
    steps:
      - run: npm run --silent synth --workspace @slipway/infra -- ${words}
      - run: echo done
`;
  expect(render(text("[staging]", "staging production"))).toBe(text("[qa, live]", "qa live"));
});

describe("the image", () => {
  const job = (runner: string, environment: string) => `jobs:
  image:
    runs-on: ${runner}
    environment:
      name: ${environment}
      deployment: false
    steps:
      - uses: ./.github/actions/read-environment
        with:
          environment: ${environment}
      - uses: ./.github/actions/push-image
`;

  test("is pushed from the environment that owns the registry, on a machine of its platform", () => {
    expect(render(job("ubuntu-24.04", "production"))).toBe(job("ubuntu-24.04-arm", "live"));
    const x86 = { services: { api: { ...web, architecture: "X86_64" as const } } };
    expect(render(job("ubuntu-24.04-arm", "live"), environments({ qa: x86, live: x86 }))).toBe(
      job("ubuntu-24.04", "live"),
    );
  });

  test("has one registry: two are refused", () => {
    expect(() => render(job("ubuntu-24.04", "x"), environments({ qa: { registry: "qa" } }))).toThrow(
      new Error(
        "the registry of qa and live (qa, live) must be one, for an image is built once for all of them; name the same in environments.ts.",
      ),
    );
  });
});

test("who asks what an environment runs waits for the deployment of its last service", () => {
  const job = (group: string) => `jobs:
  ask:
    concurrency:
      group: ${group}
    steps:
      - uses: ./.github/actions/read-environment
        with: { environment: qa }
      - uses: ./.github/actions/read-service
`;
  expect(render(job("ecs-qa-web"))).toBe(job("ecs-qa-worker"));
  expect(render(job("ecs-qa-web"), environments({ qa: { services: { api: web } } }))).toBe(job("ecs-qa-api"));
});

describe("the jobs that deploy", () => {
  const text = `jobs:
  apply: {}

  # One job for each service, in the order of environments.ts: rendered from it, as the test of workflows says.
  service-web: {}
  # Here ends what is rendered.
  last: {} # stays
`;
  const { jobs } = parse(render(text));

  test("are one for each service, each after all those before it", () => {
    expect(Object.keys(jobs)).toEqual(["apply", "service-api", "service-worker", "deployed", "last"]);
    expect([jobs["service-api"].needs, jobs["service-worker"].needs, jobs.deployed.needs]).toEqual([
      ["apply", "publish-static"],
      ["apply", "publish-static", "service-api"],
      ["apply", "publish-static", "service-api", "service-worker"],
    ]);
    expect(jobs["service-worker"]).toMatchObject({
      uses: "./.github/workflows/deploy-service.yml",
      with: { service: "worker", environment: "${{ inputs.environment }}" },
    });
  });

  test("stop at one that failed, and leave out a service that the environment lacks", () => {
    const stop = "!contains(needs.*.result, 'failure') && !contains(needs.*.result, 'cancelled')";
    const applied = "!cancelled() && needs.apply.outputs.applied == 'true' && inputs.image-uri != ''";
    expect(jobs["service-worker"].if).toBe(
      `${applied} && contains(fromJSON(needs.apply.outputs.services), 'worker') && ${stop}`,
    );
    expect(jobs.deployed.if).toBe(`${applied} && ${stop}`);
  });

  test("keep what stands around them, and come out the same a second time", () => {
    expect(render(text)).toMatch(/^jobs:\n {2}apply: \{\}\n\n {2}# One job [\s\S]* {2}last: \{\} # stays\n$/);
    expect(render(render(text))).toBe(render(text));
  });
});

test("a place that must be there is named where it is not", () => {
  const text = "jobs: { image: { steps: [{ uses: ./.github/actions/push-image }] } }\n";
  expect(() => render(text)).toThrow(
    new Error("shop.yml must have jobs.image.runs-on, which derives from environments.ts; take the file as it comes."),
  );
});

describe("another default branch", () => {
  const github = { owner: "acme", name: "shop", ownerId: "1", id: "2" };
  const on = (branch: string) => {
    const named = { github: { ...github, branch } };
    return environments({ qa: named, live: named });
  };
  const workflow = (branch: string, written = branch) => `on:
  pull_request:
  push:
    branches: [${written}] # and no other
jobs:
  refuse:
    if: github.ref != 'refs/heads/${branch}'
    steps:
      - env:
          DEFAULT_BRANCH: ${written}
        run: echo "$DEFAULT_BRANCH"
  apply:
    if: \${{ github.ref == 'refs/heads/${branch}' && !cancelled() }}
`;

  test("is what a push, conditions and texts name, and again whatever stood there before", () => {
    const rendered = render(workflow("main"), on("release/2026"));
    expect(rendered).toBe(workflow("release/2026"));
    expect(render(rendered, on("release/2026"))).toBe(rendered);
    expect(render(rendered)).toBe(workflow("main"));
  });

  test.each(["2026", "1.0", "true", "null"])("%s stays a name to YAML", (branch) => {
    const rendered = render(workflow("main"), on(branch));
    expect(rendered).toBe(workflow(branch, `"${branch}"`));
    expect(render(rendered, on(branch))).toBe(rendered);
  });

  test("is one for all environments: one workflow deploys them", () => {
    const all = environments({ qa: { github: { ...github, branch: "develop" } } });
    expect(() => render("", all)).toThrow(
      new Error(
        "github.branch of qa and live (develop, main) must be one, the default branch: one workflow deploys them; name the same in environments.ts.",
      ),
    );
  });
});

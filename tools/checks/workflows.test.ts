import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { actionNames, readAction } from "../../.github/actions/testing/workflows/read-action.ts";
import { readWorkflows } from "../../.github/actions/testing/workflows/read-workflows.ts";
import type { Job, Permissions, Step, Workflow } from "../../.github/actions/testing/workflows/workflow.ts";

const github = join(__dirname, "../../.github");
const workflows = readWorkflows();
const names = Object.keys(workflows).sort();
const environments: Record<string, { registry: { environment: string }; services: object }> = JSON.parse(
  readFileSync(join(github, "environments.json"), "utf8"),
);
const keys = Object.keys(environments);

const workflow = (name: string) => workflows[name] as Workflow;
const job = (name: string, id: string) => workflow(name).jobs[id] as Job;
const stepsOf = ({ steps = [] }: Job) => steps;
const environmentOf = ({ environment }: Job) => (typeof environment === "object" ? environment.name : environment);
const needsOf = ({ needs = [] }: Job) => [needs].flat();

interface Located {
  readonly at: string;
  readonly job: Job;
}

const jobs: Located[] = names.flatMap((name) =>
  Object.entries(workflow(name).jobs).map(([id, each]) => ({ at: `${name}/${id}`, job: each })),
);
const running = jobs.filter(({ job: each }) => each.uses === undefined);
const steps: { at: string; step: Step }[] = [
  ...running.flatMap(({ at, job: each }) => stepsOf(each).map((step, index) => ({ at: `${at}[${index}]`, step }))),
  ...actionNames.flatMap((name) =>
    (readAction(name).runs.steps ?? []).map((step, index) => ({ at: `actions/${name}[${index}]`, step })),
  ),
];

/** Scopes by which a token changes something on GitHub; an OIDC token changes nothing there. */
const writes = (permissions: Permissions = {}) =>
  Object.entries(permissions).flatMap(([scope, level]) => (level === "write" && scope !== "id-token" ? [scope] : []));

test("these workflows exist, started by these events and no other", () => {
  expect(Object.fromEntries(names.map((name) => [name, Object.keys(workflow(name).on)]))).toEqual({
    apply: ["push", "workflow_dispatch"],
    check: ["pull_request", "merge_group", "push"],
    ci: ["pull_request", "merge_group", "push"],
    "deploy-environment": ["workflow_call"],
    "deploy-service": ["workflow_call"],
    drift: ["schedule", "workflow_dispatch"],
    plan: ["workflow_run"],
    prepare: ["workflow_call"],
    "refuse-branch": ["workflow_call"],
    release: ["workflow_dispatch"],
    rollback: ["workflow_dispatch"],
    synth: ["pull_request"],
  });
  expect(workflow("apply").on.push).toEqual({ branches: ["main"] });
  for (const name of ["check", "ci"]) expect(workflow(name).on.push).toEqual({ branches: ["main"] });
});

describe("permissions", () => {
  test.each(names)("%s takes all away and each job asks for its own, with the reason beside it", (name) => {
    const { permissions, text, jobs: its } = workflow(name);
    expect(permissions).toEqual({});
    for (const each of Object.values(its)) expect(each.permissions).toBeDefined();
    const scopes = text.match(/^ +[\w-]+: (?:read|write)\b.*$/gm) ?? [];
    expect(scopes.filter((line) => !/: (read|write) # \w/.test(line))).toEqual([]);
  });

  test("a job whose token writes to GitHub can take no AWS credentials", () => {
    const both = running.filter(
      ({ job: { permissions } }) => writes(permissions).length > 0 && permissions?.["id-token"],
    );
    expect(both.map(({ at }) => at)).toEqual([]);
  });

  test("a job takes AWS credentials exactly where it may; a role that changes anything only in a GitHub environment", () => {
    const takes = (each: Job) =>
      stepsOf(each).some(({ uses }) => uses?.startsWith("aws-actions/configure-aws-credentials@"));
    for (const { at, job: each } of running) {
      expect([at, takes(each)]).toEqual([at, each.permissions?.["id-token"] === "write"]);
      if (!takes(each)) continue;
      // The plan role trusts what runs on main: a job of an environment has another subject.
      const onlyPlans =
        JSON.stringify(each)
          .match(/outputs\.\w+-role/g)
          ?.join() === "outputs.plan-role";
      expect([at, environmentOf(each)]).toEqual([at, onlyPlans ? undefined : expect.any(String)]);
    }
  });

  test("each job has what is listed here", () => {
    const granted = running.map(({ at, job: { permissions = {} } }) => [
      at,
      Object.entries(permissions)
        .map(([scope, level]) => `${scope}:${level}`)
        .sort()
        .join(" "),
    ]);
    expect(Object.fromEntries(granted)).toEqual({
      "apply/ask-staging": "contents:read id-token:write",
      "apply/gate": "",
      "apply/image": "contents:read id-token:write",
      "check/app": "contents:read",
      "check/changes": "contents:read",
      "check/check": "",
      "check/infrastructure": "contents:read",
      "ci/test": "contents:read",
      "deploy-environment/apply": "contents:read id-token:write pull-requests:read",
      "deploy-environment/deployed": "",
      "deploy-environment/post": "contents:read issues:write pull-requests:write",
      "deploy-environment/post-on-commit": "contents:write",
      "deploy-environment/publish-static": "contents:read id-token:write",
      "deploy-service/deploy": "contents:read id-token:write",
      "deploy-service/tell": "contents:read pull-requests:write",
      "drift/compare": "contents:read id-token:write",
      "drift/post": "contents:read issues:write",
      "plan/plan": "actions:read contents:read id-token:write pull-requests:read",
      "plan/post": "contents:read pull-requests:write statuses:write",
      "prepare/prepare": "contents:read",
      "refuse-branch/refuse": "",
      "release/release": "contents:write",
      "rollback/rollback": "contents:read id-token:write",
      "synth/elsewhere": "",
      "synth/synth": "contents:read",
    });
  });

  test("whoever calls a workflow grants all that its jobs ask for, and no more", () => {
    const rank = { none: 0, read: 1, write: 2 };
    const asked = (path: string): Permissions => {
      const called = workflow(path.replace(/^.*\/(.+)\.yml$/, "$1"));
      const all = Object.values(called.jobs).flatMap((each) => Object.entries(each.permissions ?? {}));
      const most: Record<string, "read" | "write" | "none"> = {};
      for (const [scope, level] of all) if (rank[level] > rank[most[scope] ?? "none"]) most[scope] = level;
      return most;
    };
    for (const { at, job: each } of jobs.filter(({ job: { uses } }) => uses !== undefined)) {
      expect([at, each.permissions]).toEqual([at, asked(each.uses ?? "")]);
    }
  });
});

test("GitHub records as deployments what deploys and what is approved, not what plans, pushes or applies", () => {
  const recorded = running.filter(
    ({ job: { environment } }) =>
      environment !== undefined && !(typeof environment === "object" && environment.deployment === false),
  );
  expect(recorded.map(({ at }) => at)).toEqual(["apply/gate", "deploy-service/deploy", "rollback/rollback"]);
});

describe("what runs", () => {
  test("every job that runs has a limit of time and a runner of one version", () => {
    for (const { at, job: each } of running) {
      // An image for ARM64 is built on such a machine.
      const runner = at === "apply/image" ? expect.stringMatching(/^ubuntu-24\.04(-arm)?$/) : "ubuntu-24.04";
      expect([at, each["timeout-minutes"], each["runs-on"]]).toEqual([at, expect.any(Number), runner]);
      expect(Number(each["timeout-minutes"])).toBeLessThanOrEqual(60);
    }
  });

  test("third-party actions are pinned to a commit, with its version beside it, everywhere the same", () => {
    const files = [
      ...names.map((name) => workflow(name).text),
      ...actionNames.map((name) => readFileSync(join(github, "actions", name, "action.yml"), "utf8")),
    ];
    const all = files.flatMap((text) =>
      [...text.matchAll(/\buses: (?!\.\/)(.+)/g)].map(([, reference = ""]) => reference),
    );
    expect(all.length).toBeGreaterThan(20);
    expect(all.filter((text) => !/^[\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(text))).toEqual([]);
    const owners = new Map(
      all.map((text) => [text.split("@")[0]?.split("/").slice(0, 2).join("/"), text.split("@")[1]]),
    );
    for (const text of all) {
      const [name = "", pin] = text.split("@");
      expect([name, pin]).toEqual([name, owners.get(name.split("/").slice(0, 2).join("/"))]);
    }
  });

  test("no script has an expression in it: texts of events and inputs come by the environment", () => {
    expect(steps.filter(({ step }) => step.run?.includes("${{")).map(({ at }) => at)).toEqual([]);
  });

  test("a checkout leaves no token behind, and is always of this repository at the commit of the run", () => {
    const checkouts = steps.filter(({ step }) => step.uses?.startsWith("actions/checkout@"));
    expect(checkouts.length).toBeGreaterThan(10);
    for (const { at, step } of checkouts) {
      const { "sparse-checkout": _, ...rest } = step.with ?? {};
      // What a pull request changes is seen from the commit that it is merged into.
      const depth = at === "check/changes[0]" ? { "fetch-depth": 2 } : {};
      expect([at, rest]).toEqual([at, { "persist-credentials": false, ...depth }]);
    }
  });

  test("nothing is installed or built where there are credentials or a token that writes", () => {
    const trusted = running.filter(
      ({ job: { permissions } }) => writes(permissions).length > 0 || permissions?.["id-token"],
    );
    expect(trusted.length).toBeGreaterThan(5);
    const installing = trusted.filter(({ job: each }) =>
      stepsOf(each).some(
        ({ uses = "", run = "" }) => uses === "./.github/actions/setup" || /\b(npm|npx|pip|yarn)\b/.test(run),
      ),
    );
    expect(installing.map(({ at }) => at)).toEqual([]);
  });

  test("whatever installs packages on a runner runs none of their install scripts", () => {
    const installs = steps.flatMap(({ at, step }) =>
      (step.run ?? "").split("\n").flatMap((line) => (/\bnpm (ci|i|install)\b/.test(line) ? [[at, line.trim()]] : [])),
    );
    expect(installs).toEqual([["actions/setup[1]", "npm ci --ignore-scripts --no-audit --no-fund"]]);
  });

  test("what only starts bundles has only the actions checked out; the image's job all that a build may read", () => {
    const starting = running.filter(({ job: each }) =>
      stepsOf(each).some(
        ({ uses = "", with: given }) => uses.startsWith("actions/download-artifact@") && given?.name === "bundles",
      ),
    );
    const folders = (each: (typeof running)[number]["job"]) =>
      String(
        stepsOf(each).find(({ uses = "" }) => uses.startsWith("actions/checkout@"))?.with?.["sparse-checkout"] ??
          "everything",
      )
        .trim()
        .split("\n");
    const found = Object.fromEntries(starting.map(({ at, job: each }) => [at, folders(each)]));
    // A release is the whole commit, with the bundles added.
    expect(found).toEqual({
      ...Object.fromEntries(starting.map(({ at }) => [at, [".github"]])),
      "apply/image": ["everything"],
      "release/release": ["everything"],
    });
  });

  test("credentials are of the role and the account that environments.json names", () => {
    const all = steps.filter(({ step }) => step.uses?.startsWith("aws-actions/configure-aws-credentials@"));
    for (const { at, step } of all) {
      expect([at, step.with]).toEqual([
        at,
        expect.objectContaining({
          "role-to-assume": expect.stringMatching(/^\$\{\{ steps\.environment\.outputs\.(\w+)-role }}$/),
          "allowed-account-ids": expect.stringMatching(/^\$\{\{ steps\.environment\.outputs\.(registry-)?account }}$/),
          "aws-region": expect.stringMatching(/^\$\{\{ steps\.environment\.outputs\.(registry-)?region }}$/),
        }),
      ]);
    }
    expect(names.map((name) => workflow(name).text).join("\n")).not.toMatch(/\d{12}(?!\d*[0-9a-f]{20})\b/);
  });

  test("what is uploaded are bundles, stacks, reports and outputs: never a plan", () => {
    const uploads = steps.filter(({ step }) => step.uses?.startsWith("actions/upload-artifact@"));
    expect([...new Set(uploads.map(({ step }) => step.with?.path))].sort()).toEqual([
      "${{ steps.apply.outputs.outputs-path }}",
      "${{ steps.apply.outputs.report }}",
      "${{ steps.drift.outputs.report }}",
      "${{ steps.plan.outputs.report }}",
      ".github/actions/dist",
      "apps/infra/cdktf.out",
      "pull-request",
    ]);
  });
});

describe("the code of a pull request", () => {
  /** The jobs of a workflow and of those that it calls. */
  const all = (name: string): readonly Located[] =>
    Object.entries(workflow(name).jobs).flatMap(([id, each]) => {
      const called = /^\.\/\.github\/workflows\/(.+)\.yml$/.exec(each.uses ?? "")?.[1];
      return [{ at: `${name}/${id}`, job: each }, ...(called === undefined ? [] : all(called))];
    });
  const startedBy = (event: string) => names.filter((name) => event in workflow(name).on);

  test.each(["check", "ci", "synth"])(
    "holds nothing in %s: no identity token, no right to write, no secret, no environment",
    (name) => {
      expect(startedBy("pull_request")).toEqual(["check", "ci", "synth"]);
      expect(all(name).length).toBeGreaterThan(0);
      for (const { at, job: each } of all(name)) {
        expect([at, Object.values(each.permissions ?? { all: "write" })]).not.toEqual([
          at,
          expect.arrayContaining(["write"]),
        ]);
        expect([at, environmentOf(each)]).toEqual([at, undefined]);
        expect([at, /secrets/i.test(JSON.stringify(each))]).toEqual([at, false]);
      }
    },
  );

  test("is run by no workflow that starts at the end of another: each checks out no commit but its own, main's", () => {
    expect(startedBy("workflow_run")).toEqual(["plan"]);
    expect(startedBy("pull_request_target")).toEqual([]);
    for (const name of startedBy("workflow_run")) {
      const its = all(name).flatMap(({ job: each }) => stepsOf(each));
      const checkouts = its.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
      expect(checkouts.length).toBeGreaterThan(2);
      for (const { with: given = {} } of checkouts)
        expect(
          Object.keys(given).filter((input) => !["persist-credentials", "sparse-checkout"].includes(input)),
        ).toEqual([]);
      // Nor does a script fetch one.
      expect(its.filter(({ run = "" }) => /\bgit\b|\bgh\b|head_(sha|branch)/.test(run))).toEqual([]);
    }
  });

  test("hands over one artifact, which stays outside of the checkout and is planned only after main's check", () => {
    const uploads = stepsOf(job("synth", "synth")).filter(({ uses }) => uses?.startsWith("actions/upload-artifact@"));
    expect(uploads.map(({ with: given }) => given?.name)).toEqual(["pull-request"]);
    const others = steps.filter(({ step }) => step.with?.["github-token"] !== undefined);
    expect(others.map(({ step }) => step.with)).toEqual([
      {
        name: "pull-request",
        path: "${{ runner.temp }}/pull-request",
        "run-id": "${{ github.event.workflow_run.id }}",
        "github-token": "${{ github.token }}",
      },
    ]);
    const readers = steps.filter(({ step }) => JSON.stringify(step).includes("runner.temp"));
    expect(readers.map(({ step }) => step.with?.["untrusted-stacks"] ?? step.with?.path)).toEqual([
      "${{ runner.temp }}/pull-request",
      "${{ runner.temp }}/pull-request",
    ]);
  });
});

describe("check", () => {
  const { changes, app, infrastructure, check } = workflow("check").jobs as Record<string, Job>;

  test("reports by the one job that main requires, whatever became of the others", () => {
    const { rules } = JSON.parse(readFileSync(join(github, "../docs/rulesets/main.json"), "utf8"));
    expect(rules.at(-1).parameters.required_status_checks).toEqual([{ context: check?.name }]);
    expect([check?.if, needsOf(check as Job)]).toEqual(["always()", ["changes", "app", "infrastructure"]]);
    const [step, ...more] = stepsOf(check as Job);
    expect([step?.if, more]).toEqual([
      "contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled')",
      [],
    ]);
    expect(step?.run).toMatch(/::error::.*\n *exit 1\n$/);
    // A filter of paths would leave it unreported, and the pull request waiting for ever.
    expect(
      Object.values(workflow("check").on).filter((filter) => JSON.stringify(filter ?? {}).includes("paths")),
    ).toEqual([]);
  });

  test("leaves a part out only where the pull request changes nothing of it, and never for main or its queue", () => {
    expect(Object.keys(changes?.outputs ?? {})).toEqual(["app", "infrastructure"]);
    expect([app?.if, infrastructure?.if]).toEqual([
      "needs.changes.outputs.app == 'true'",
      "needs.changes.outputs.infrastructure == 'true'",
    ]);
    // Without a shell of that name a failure of the script would not be one of the step.
    expect(stepsOf(changes as Job).at(-1)).toMatchObject({ shell: "bash", run: expect.stringContaining("changes.sh") });
  });

  test("knows of the app only what the command reads from environments.ts", () => {
    const commands = [app, infrastructure].map((each) => stepsOf(each as Job).at(-1)?.run);
    expect(commands).toEqual(["npm run check -- app", "npm run check"]);
  });

  test("is apart from Slipway's own suite, which runs in one repository", () => {
    expect(Object.values(workflow("ci").jobs).map((each) => each.if)).toEqual([
      expect.stringMatching(/^github\.repository == '[\w.-]+\/[\w.-]+'$/),
    ]);
  });
});

describe("our own actions", () => {
  const used = steps.filter(({ step }) => step.uses?.startsWith("./"));

  test.each(used)("$at gives $step.uses the inputs that it has, and those it must have", ({ step }) => {
    const name = /^\.\/\.github\/actions\/([\w-]+)$/.exec(step.uses ?? "")?.[1] ?? "";
    expect(actionNames).toContain(name);
    const { inputs = {} } = readAction(name);
    const given = Object.keys(step.with ?? {});
    expect(given.filter((input) => inputs[input] === undefined)).toEqual([]);
    const wanted = Object.entries(inputs).filter(([, { required }]) => required === true);
    expect(wanted.map(([input]) => input).filter((input) => !given.includes(input))).toEqual([]);
  });

  test("an output that is read is one that its step's action declares", () => {
    for (const { at, job: each } of running) {
      const actions = new Map(stepsOf(each).map(({ id = "", uses = "" }) => [id, uses]));
      const read = JSON.stringify(each).matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g);
      for (const [, id = "", output = ""] of read) {
        const uses = actions.get(id);
        expect([at, id, uses]).toEqual([at, id, expect.any(String)]);
        const name = /^\.\/\.github\/actions\/(.+)$/.exec(uses ?? "")?.[1];
        if (name !== undefined)
          expect([at, output, Object.keys(readAction(name).outputs ?? {})]).toEqual([
            at,
            output,
            expect.arrayContaining([output]),
          ]);
      }
    }
  });
});

describe("plan", () => {
  const ours = [
    "github.event.workflow_run.event == 'pull_request'",
    "github.event.workflow_run.head_repository.full_name == github.repository",
    "github.event.workflow_run.actor.login != 'dependabot[bot]'",
  ].join(" && ");

  test("follows synth, for this repository's own pull requests; it fires for forks too, and does nothing then", () => {
    expect(workflow("plan").on.workflow_run).toEqual({
      workflows: [parse(workflow("synth").text).name],
      types: ["completed"],
    });
    expect(job("plan", "prepare").if).toBe(ours);
    expect(job("plan", "plan").if).toBe(`${ours} && github.event.workflow_run.conclusion == 'success'`);
    expect(needsOf(job("plan", "plan"))).toEqual(["prepare"]);
    expect(needsOf(job("plan", "post"))).toEqual(["prepare", "plan"]);
  });

  test("a fork's and Dependabot's pull requests are shown why they get none", () => {
    const [here, away] = [job("synth", "synth").if, job("synth", "elsewhere").if];
    expect(here).toBe(
      "github.event.pull_request.head.repo.full_name == github.repository && github.event.pull_request.user.login != 'dependabot[bot]'",
    );
    expect(away).toBe(
      "github.event.pull_request.head.repo.full_name != github.repository || github.event.pull_request.user.login == 'dependabot[bot]'",
    );
  });

  test("the comment is rewritten also where synthesis or planning failed before there was a report", () => {
    const post = job("plan", "post");
    expect(post.if).toBe(`!cancelled() && needs.prepare.result == 'success' && ${ours}`);
    const [download, report] = stepsOf(post).slice(-2);
    expect(download).toMatchObject({ "continue-on-error": true, with: { path: "report" } });
    expect(report?.with).toEqual({ environment: "${{ matrix.environment }}", report: "report", status: true });
    expect(report?.["continue-on-error"]).toBeUndefined();
    const prepared = stepsOf(job("prepare", "prepare"));
    const at = (found: (step: Step) => boolean | undefined) => prepared.findIndex(found);
    expect(at((step) => step.with?.name === "bundles")).toBeLessThan(at((step) => step.run?.includes("synth")));
  });

  test("a report is posted where the event and the workflow say: no step takes that from a report", () => {
    const posting = steps.filter(({ step }) => step.with?.report !== undefined);
    expect(posting.map(({ at }) => at.replace(/\[.*/, ""))).toEqual([
      "deploy-environment/post",
      "deploy-environment/post-on-commit",
      "drift/post",
      "plan/post",
    ]);
    for (const { at, step } of posting) {
      expect([at, step.with?.environment]).toEqual([
        at,
        expect.stringMatching(/^\$\{\{ (inputs|matrix)\.environment }}$/),
      ]);
    }
  });

  test("a newer commit cancels the plan of the older one of the same branch; a fork's branch of that name does not", () => {
    expect(workflow("plan").concurrency).toEqual({
      group:
        "plan-${{ github.event.workflow_run.head_repository.full_name }}-${{ github.event.workflow_run.head_branch }}",
      "cancel-in-progress": true,
    });
    expect(workflow("synth").concurrency).toEqual({
      group: "synth-${{ github.event.pull_request.number }}",
      "cancel-in-progress": true,
    });
  });

  test.each(["plan", "drift"])("%s looks at every environment, by the role that only reads", (name) => {
    for (const each of Object.values(workflow(name).jobs).filter(({ strategy }) => strategy !== undefined)) {
      expect(each.strategy?.matrix.environment).toEqual(keys);
    }
    const looking = running.filter(({ at, job: each }) => at.startsWith(`${name}/`) && each.permissions?.["id-token"]);
    expect(looking.map(({ job: each }) => JSON.stringify(each).match(/outputs\.\w+-role/g))).toEqual([
      ["outputs.plan-role"],
    ]);
  });

  test("every environment is synthesized", () => {
    for (const each of [job("prepare", "prepare"), job("synth", "synth")]) {
      const scripts = stepsOf(each).map(({ run = "" }) => run);
      expect(scripts).toContain(`npm run --silent synth --workspace @slipway/infra -- ${keys.join(" ")}`);
    }
  });
});

describe("apply", () => {
  test("goes from the image to staging, through the gate, to production with the same digest", () => {
    expect(needsOf(job("apply", "staging"))).toEqual(["prepare", "image"]);
    expect(needsOf(job("apply", "gate"))).toEqual(["prepare", "staging", "ask-staging"]);
    expect(needsOf(job("apply", "production"))).toEqual(["image", "ask-staging", "gate"]);
    for (const key of keys) {
      expect(job("apply", key).uses).toBe("./.github/workflows/deploy-environment.yml");
      expect(job("apply", key).with).toMatchObject({
        environment: key,
        "image-uri": expect.stringContaining("needs.image.outputs.image-uri"),
        digest: "${{ needs.image.outputs.digest }}",
      });
    }
    expect(JSON.stringify(workflows).match(/docker\/build-push-action@/g)).toHaveLength(1 + 1);
  });

  test("a dispatch brings to production only what staging runs, or anything where staging never ran anything", () => {
    const ask = job("apply", "ask-staging");
    const isDispatch = "github.event_name == 'workflow_dispatch' && inputs.environment == 'production'";
    expect(ask.if).toBe(`${isDispatch} && needs.image.outputs.image-uri != ''`);
    expect(ask.outputs).toEqual({
      proven: "${{ steps.staging.outputs.state == 'runs' || steps.staging.outputs.state == 'never' }}",
    });
    const [environment, credentials, staging, why] = stepsOf(ask).slice(-4);
    expect(environment?.with).toEqual({ environment: "staging" });
    // A role that changes nothing.
    expect(credentials?.with?.["role-to-assume"]).toBe("${{ steps.environment.outputs.plan-role }}");
    // All of its services, for one that lags behind has proven nothing.
    expect([staging?.uses, staging?.with]).toEqual([
      "./.github/actions/read-service",
      {
        cluster: "${{ steps.environment.outputs.cluster }}",
        service: "${{ steps.environment.outputs.ecs-services }}",
        digest: "${{ needs.image.outputs.digest }}",
      },
    ]);
    expect(why?.if).toBe("steps.staging.outputs.state == 'other'");
    expect(why?.run).toContain("GITHUB_STEP_SUMMARY");
    expect(job("apply", "gate").if).toContain(`(${isDispatch} && needs.ask-staging.result != 'failure')`);
    expect(job("apply", "production").with?.["image-uri"]).toBe(
      "${{ (github.event_name == 'push' || needs.ask-staging.outputs.proven == 'true') && needs.image.outputs.image-uri || '' }}",
    );
    expect(job("apply", "staging").with?.["image-uri"]).toBe("${{ needs.image.outputs.image-uri }}");
  });

  test("the image is pushed from the environment that owns the registry", () => {
    const owners = new Set(Object.values(environments).map(({ registry }) => registry.environment));
    expect([...owners]).toEqual([environmentOf(job("apply", "image"))]);
    expect(imageStep("./.github/actions/read-environment").with).toEqual({
      environment: environmentOf(job("apply", "image")),
    });
  });

  const imageStep = (action: string) =>
    stepsOf(job("apply", "image")).find(({ uses = "" }) => uses.split("@")[0] === action) ?? {};

  test("the image is built from what environments.ts says of the app, for the platform that its push expects", () => {
    const output = (name: string) => `\${{ steps.environment.outputs.${name} }}`;
    const { tags, ...build } = imageStep("docker/build-push-action").with ?? {};
    expect(build).toEqual({
      context: output("context"),
      file: output("dockerfile"),
      target: output("target"),
      platforms: output("platform"),
      "build-args": output("build-args"),
      load: true,
      provenance: false,
    });
    expect(imageStep("./.github/actions/push-image").with).toMatchObject({
      image: tags,
      "expected-platform": output("platform"),
      "expected-port": output("image-port"),
    });
    // It runs code of the app, so it comes before there is a role.
    const order = stepsOf(job("apply", "image")).map(({ uses = "" }) => uses.split("@")[0]);
    expect(order.indexOf("docker/build-push-action")).toBeLessThan(
      order.indexOf("aws-actions/configure-aws-credentials"),
    );
  });

  test("the gate has its own environment, no credentials and no group, so that a waiting run is in nobody's way", () => {
    const gate = job("apply", "gate");
    expect([environmentOf(gate), gate.permissions, gate.concurrency]).toEqual(["production-approval", {}, undefined]);
    expect(workflow("apply").concurrency).toBeUndefined();
    expect(gate.if).toContain("needs.staging.outputs.deployed == 'true'");
  });

  test("what is downloaded after the gate is kept for longer than the 30 days that GitHub lets a run wait there", () => {
    const called = (each: Job): Job[] => {
      const name = /^\.\/\.github\/workflows\/(.+)\.yml$/.exec(each.uses ?? "")?.[1];
      return name === undefined ? [each] : Object.values(workflow(name).jobs).flatMap(called);
    };
    const artifacts = (given: readonly Job[], action: string) =>
      given
        .flatMap(stepsOf)
        .flatMap(({ uses, with: its = {} }) => (uses?.startsWith(`actions/${action}@`) ? [its] : []));
    const days = new Map(
      artifacts(Object.values(workflow("apply").jobs).flatMap(called), "upload-artifact").map((its) => [
        its.name,
        its["retention-days"] === "${{ inputs.keep-days }}"
          ? job("apply", "prepare").with?.["keep-days"]
          : its["retention-days"],
      ]),
    );
    const names = artifacts(called(job("apply", "production")), "download-artifact").map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["bundles", "stacks"]));
    expect(names.filter((name) => !(Number(days.get(name)) > 30))).toEqual([]);
  });

  test("every way to production leads through the gate, which says when there is no plan to read yet", () => {
    const { needs, if: when } = job("apply", "production");
    expect([needs, when]).toEqual([
      ["image", "ask-staging", "gate"],
      expect.stringContaining("needs.gate.result == 'success'"),
    ]);
    expect(job("apply", "gate").if).not.toContain("inputs.plan");
    expect(job("apply", "gate").name).toBe(
      "Wait for approval ${{ github.event_name == 'workflow_dispatch' && inputs.plan == '' && 'to plan production, or to deploy to it if nothing would change' || 'of production' }}",
    );
  });

  test("a dispatch names the environment and the plan, and offers every environment", () => {
    const inputs = workflow("apply").on.workflow_dispatch?.inputs;
    expect(inputs?.environment).toMatchObject({ type: "choice", options: keys, required: true });
    expect(inputs?.plan).toMatchObject({ type: "string", default: "" });
  });

  test("applies of one environment wait for one another and are never cancelled or dropped", () => {
    expect(job("deploy-environment", "apply").concurrency).toEqual({
      group: "apply-${{ inputs.environment }}",
      "cancel-in-progress": false,
      queue: "max",
    });
    expect(environmentOf(job("deploy-environment", "apply"))).toBe("${{ inputs.environment }}");
  });

  test("an apply reads no more of GitHub than the pull request, and its report is posted by another job", () => {
    expect(needsOf(job("deploy-environment", "post"))).toEqual(["apply"]);
    expect(job("deploy-environment", "post").if).toContain("!cancelled()");
  });
});

describe("a deployment", () => {
  test("is one job for each service, in the order of environments.ts; what comes after one that failed is left out", () => {
    const all = Object.entries(workflow("deploy-environment").jobs).filter(([, each]) => each.uses !== undefined);
    const deployed = all.map(([, each]) => each.with?.service);
    for (const { services: own } of Object.values(environments)) {
      expect(deployed.filter((service) => String(service) in own)).toEqual(Object.keys(own));
    }
    all.forEach(([, each], index) => {
      expect(needsOf(each)).toEqual(["apply", "publish-static", ...all.slice(0, index).map(([id]) => id)]);
      expect(each.if).toContain("!contains(needs.*.result, 'failure') && !contains(needs.*.result, 'cancelled')");
    });
    expect(needsOf(job("deploy-environment", "deployed"))).toEqual([
      "apply",
      "publish-static",
      ...all.map(([id]) => id),
    ]);
  });

  test("follows the static files of its image, which are published where there is a static site", () => {
    const { needs, if: when, "timeout-minutes": limit, ...publishing } = job("deploy-environment", "publish-static");
    expect([needs, when]).toEqual(["apply", expect.stringContaining("needs.apply.outputs.static-bucket != ''")]);
    const [last] = stepsOf(publishing).slice(-1);
    expect(last).toMatchObject({
      uses: "./.github/actions/publish-static",
      with: { image: "${{ inputs.image-uri }}" },
    });
    expect(Number(last?.with?.["timeout-minutes"]) + 5).toBeLessThanOrEqual(Number(limit));
    const outputs = job("deploy-environment", "apply").outputs ?? {};
    for (const name of ["bucket", "distribution"]) {
      expect(last?.with?.[name]).toBe(`\${{ needs.apply.outputs.static-${name} }}`);
      expect(outputs).toHaveProperty([`static-${name}`], `\${{ steps.static.outputs.static-${name} }}`);
    }
  });

  test("checks the service and rolls back when the check fails, in one job, so that nothing comes in between", () => {
    const uses = stepsOf(job("deploy-service", "deploy")).map((step) => step.uses?.split("/").at(-1)?.split("@")[0]);
    expect(uses.slice(-4)).toEqual(["write-image-definitions", "deploy-service", "check-service", "rollback-service"]);
  });

  const named = (id: string) => stepsOf(job("deploy-service", "deploy")).find((step) => step.id === id);
  /** What main.ts takes as the most that an input may be. */
  const most = (action: string, input: string) =>
    Number(
      new RegExp(`"${input}", \\{ min: \\d+, max: (\\d+) }`).exec(
        readFileSync(join(github, "actions", action, "main.ts"), "utf8"),
      )?.[1],
    );

  test("is rolled back when its check found it bad or was cancelled, and for no other failure", () => {
    const bad = ["service-unreachable", "service-unhealthy", "other-image-answers"];
    expect(named("rollback")?.if?.replace(/\s+/g, " ")).toBe(
      `always() && steps.deploy.outcome == 'success' && steps.deploy.outputs.changed == 'true' && ( (cancelled() && steps.smoke.outcome != 'success') || contains(fromJSON('${JSON.stringify(bad).replaceAll(",", ", ")}'), steps.smoke.outputs.failure-reason) )`,
    );
    // These are all that the check says of a version; the others are about the step itself, or AWS.
    const readme = readFileSync(join(github, "actions/check-service/README.md"), "utf8");
    const reasons = [...(readme.split("## Failure reasons")[1] ?? "").matchAll(/^\| `([\w-]+)` \|/gm)];
    const missing = ["cluster-not-found", "service-not-found", "service-not-active", "controller-unsupported"];
    const known = [...missing, "input-invalid", "access-denied", "credentials-missing"];
    const others = [...known, "aws-unreachable", "aws-throttled", "aws-error", "interrupted", "unexpected"];
    expect(reasons.map(([, reason]) => reason)).toEqual([...bad, ...others]);
    expect(named("rollback")?.with?.["allow-again"]).toBe("${{ steps.smoke.outcome != 'failure' }}");
  });

  test("has its image proven by ECS, and by the app only where it has a version path", () => {
    const [check, deployed] = [named("smoke")?.with, named("deploy")?.with];
    expect(check?.digest).toBe("${{ inputs.digest }}");
    for (const input of ["cluster", "service"]) expect(check?.[input]).toBe(deployed?.[input]);
    expect(check?.["version-path"]).toBe("${{ steps.environment.outputs.version-path }}");
    expect(readAction("check-service").inputs?.["version-path"]?.default).toBe("");
  });

  test("a mistyped variable of the check is found before anything is deployed", () => {
    const ids = stepsOf(job("deploy-service", "deploy")).map(({ id }) => id);
    expect(ids.indexOf("inputs")).toBeLessThan(ids.indexOf("deploy"));
    const [early, check] = [named("inputs")?.with, named("smoke")?.with];
    expect(early?.["dry-run"]).toBe(true);
    for (const input of ["url", "cluster", "service", "timeout-seconds", "connect-to"])
      expect(early?.[input]).toBe(check?.[input]);
    expect(check?.["connect-to"]).toBe("${{ vars.CHECK_CONNECT_TO || steps.environment.outputs.connect-to }}");
    const usual = readAction("check-service").inputs?.["timeout-seconds"]?.default;
    expect(check?.["timeout-seconds"]).toBe(`\${{ vars.CHECK_TIMEOUT_SECONDS || '${usual}' }}`);
    expect(named("inputs")?.if).toBeUndefined();
  });

  test("a run says which it is, so that an older one does not undo a newer one; what is refused is reported, and rolls nothing back", () => {
    expect(named("deploy")?.with?.["run-id"]).toBe("${{ github.run_id }}");
    expect(named("deploy")?.with).not.toHaveProperty("allow-older");
    expect(named("rollback")?.if).toContain("steps.deploy.outcome == 'success' &&");
    expect(job("deploy-service", "deploy").outputs).toMatchObject({
      "failure-reason": "${{ steps.deploy.outputs.failure-reason }}",
    });
    const comment = stepsOf(job("deploy-service", "tell")).at(-1);
    expect(comment?.with?.["failure-reason"]).toBe("${{ needs.deploy.outputs.failure-reason }}");
    expect(JSON.stringify(workflow("rollback"))).not.toContain("run-id");
  });

  test("all that it may wait for is over before the job and the session of its role are", () => {
    const migrationAndDeployment =
      Number(named("deploy")?.with?.["migrate-timeout-minutes"]) + Number(named("deploy")?.with?.["timeout-minutes"]);
    const check = most("check-service", "timeout-seconds") / 60;
    const sum = migrationAndDeployment + check + Number(named("rollback")?.with?.["timeout-minutes"]);
    // Checking out and taking the bundles is a matter of seconds, but not of none.
    expect(sum + 5).toBeLessThanOrEqual(Number(job("deploy-service", "deploy")["timeout-minutes"]));
    const credentials = stepsOf(job("deploy-service", "deploy")).find(({ uses }) => uses?.includes("aws-credentials@"));
    const session = Number(credentials?.with?.["role-duration-seconds"] ?? 3600) / 60;
    expect(sum).toBeLessThan(session);
  });

  test("the pull request gets its comment from a job without credentials, also when the deployment failed", () => {
    expect(job("deploy-service", "tell").if).toBe("${{ !cancelled() && inputs.pr-number != '' }}");
    expect(needsOf(job("deploy-service", "tell"))).toEqual(["deploy"]);
  });
});

test("what is started by hand or by the clock runs from main only, and says so elsewhere", () => {
  const from = names.filter((name) => ["workflow_dispatch", "schedule"].some((event) => event in workflow(name).on));
  expect(from).toEqual(["apply", "drift", "release", "rollback"]);
  for (const name of from) {
    const { refuse, ...others } = workflow(name).jobs;
    expect([name, refuse]).toEqual([
      name,
      {
        if: "github.ref != 'refs/heads/main'",
        permissions: {},
        uses: "./.github/workflows/refuse-branch.yml",
      },
    ]);
    const first = Object.values(others).filter((each) => needsOf(each).length === 0);
    expect([name, first.map((each) => each.if)]).toEqual([name, ["github.ref == 'refs/heads/main'"]]);
  }
  expect(workflow("drift").concurrency?.group).toBe("drift-${{ github.ref }}");
  const [say] = stepsOf(job("refuse-branch", "refuse"));
  expect(say?.env).toEqual({ DEFAULT_BRANCH: "main" });
  expect(say?.run).toMatch(/::error::The branch .* must be \$DEFAULT_BRANCH; .*\n *exit 1\n$/);
});

describe("rollback", () => {
  test("is asked for by hand, with a reason, and is a dry run unless the inputs say otherwise", () => {
    const inputs = workflow("rollback").on.workflow_dispatch?.inputs;
    const services = [...new Set(Object.values(environments).flatMap((each) => Object.keys(each.services)))];
    expect(inputs).toMatchObject({
      environment: { type: "choice", options: keys, required: true },
      service: { type: "choice", options: services, required: true },
      target: { type: "string", default: "previous-successful", required: true },
      reason: { type: "string", required: true },
      "dry-run": { type: "boolean", default: true },
    });
  });

  test("shares its group with the deploys of its service and with who asks what they brought; in-flight waits for none of them", () => {
    const own = job("rollback", "rollback").concurrency;
    expect(own?.group).toBe(
      "${{ inputs.target == 'in-flight' && format('in-flight-{0}', github.run_id) || format('ecs-{0}-{1}', inputs.environment, inputs.service) }}",
    );
    expect(job("deploy-service", "deploy").concurrency?.group).toBe(
      "ecs-${{ inputs.environment }}-${{ inputs.service }}",
    );
    const groups = jobs.flatMap(({ job: each }) => each.concurrency?.group ?? []);
    expect(groups.filter((group) => group.includes("ecs-"))).toHaveLength(3);
    expect(job("apply", "ask-staging").concurrency).toEqual({
      group: `ecs-staging-${Object.keys(environments.staging?.services ?? {}).at(-1)}`,
      "cancel-in-progress": false,
      queue: "max",
    });
    expect(own?.["cancel-in-progress"]).toBe(false);
  });

  test("needs no other job, installs nothing and builds nothing", () => {
    expect(job("rollback", "rollback").needs).toBeUndefined();
    expect(workflow("rollback").text).not.toMatch(/npm (ci|install|run)|npx|actions\/setup|setup-node/);
  });

  test("its bundles come from the account that it rolls back, once its role is taken; no cache, artifact or release has a say", () => {
    const all = stepsOf(job("rollback", "rollback"));
    const what = all.map(
      ({ uses = "", run = "", id = "" }) => uses.split("@")[0] || /bundles\.sh \w+|jq/.exec(run)?.[0] || id,
    );
    expect(what).toEqual([
      "actions/checkout",
      "jq",
      "aws-actions/configure-aws-credentials",
      "bundles.sh fetch",
      "./.github/actions/read-environment",
      "./.github/actions/rollback-service",
    ]);
    expect(steps.filter(({ step }) => step.uses?.startsWith("actions/cache")).map(({ at }) => at)).toEqual([]);
  });

  test("an apply that succeeded keeps the bundles that it ran, in a job that has nothing of a pull request", () => {
    const all = stepsOf(job("deploy-environment", "apply"));
    const [keep, ...more] = all.filter(({ run = "" }) => run.includes("bundles.sh store"));
    expect([keep?.if, more]).toEqual(["steps.apply.outputs.applied == 'true'", []]);
    expect(all.findIndex(({ id }) => id === "apply")).toBeLessThan(all.findIndex((step) => step.run === keep?.run));
    const storing = steps.filter(({ step }) => step.run?.includes("bundles.sh store"));
    expect(storing.map(({ at }) => at.replace(/\[.*/, ""))).toEqual(["deploy-environment/apply"]);
  });
});

test("updates of actions and packages come by themselves, after a week's rest", () => {
  const { updates } = parse(readFileSync(join(github, "dependabot.yml"), "utf8"));
  const composites = actionNames.filter((name) => readAction(name).runs.using === "composite");
  const [actions] = updates;
  expect(actions.directories).toEqual(["/", ...composites.map((name) => `/.github/actions/${name}`)]);
  for (const update of updates) expect(update.cooldown).toEqual({ "default-days": 7 });
});

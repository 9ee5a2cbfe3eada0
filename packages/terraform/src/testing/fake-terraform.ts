import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A program that answers like Terraform. It logs its command and the flags that matter to `<folder>/calls`, and does what the stack's `resource.fake` says:
 * `{"outputs": {…}}` for the state it writes, `{"seconds": 2}` to take that long, `{"hang": true}` to work until it is stopped, `{"error": "…"}` to fail
 * an apply, `{"planError": "…"}` to fail a plan, `{"served": ["old"]}` to have certificates that it no longer names and that are served.
 */
const script = `#!${process.execPath}
const { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { dirname } = require("node:path");
const [command, ...args] = process.argv.slice(2);
const json = JSON.parse(readFileSync("cdk.tf.json", "utf8"));
const { outputs = {}, seconds = 0, hang, stubborn, error, planError, served = [] } = json.resource?.fake?.it ?? {};
const state = json.terraform.backend.local.path;
const loggedFlags = ["-destroy", "-lock=false", "-refresh-only"];
const say = (message) => console.log(JSON.stringify(message));
appendFileSync(process.env.CALLS, process.cwd().split("/").at(-1) + " " + command + args.filter((arg) => loggedFlags.includes(arg)).map((arg) => " " + arg).join("") + "\\n");
const fail = (summary) => { say({ type: "diagnostic", diagnostic: { severity: "error", summary, detail: "" } }); process.exit(1); };
const write = (value) => { mkdirSync(dirname(state), { recursive: true }); writeFileSync(state, JSON.stringify(value)); };
if (command === "init") {
  mkdirSync(".terraform", { recursive: true });
  writeFileSync(".terraform.lock.hcl", 'provider "registry.terraform.io/hashicorp/aws" {\\n  version     = "5.100.0"\\n}');
}
const kept = existsSync("kept.tf.json") ? Object.keys(JSON.parse(readFileSync("kept.tf.json", "utf8")).resource.aws_acm_certificate) : [];
const gone = served.filter((name) => !kept.includes(name)).map((name) => ({ name, type: "aws_acm_certificate", address: "aws_acm_certificate." + name }));
if (command === "show") {
  const resources = gone.map(({ address }) => ({ address, values: { domain_name: "example.com", renewal_eligibility: "ELIGIBLE" } }));
  const resource_changes = gone.map((each) => ({ ...each, change: { actions: ["delete"] } }));
  console.log(JSON.stringify({ resource_changes, prior_state: { values: { root_module: { resources } } } }));
}
if (command === "plan") {
  if (planError) fail(planError);
  for (const { address, type } of gone) say({ type: "planned_change", change: { resource: { addr: address, resource_type: type }, action: "delete" } });
  const wanted = JSON.stringify(outputs);
  const known = existsSync(state) ? JSON.parse(readFileSync(state, "utf8")) : { outputs: {}, resources: [] };
  const empty = known.resources.length > 0 && JSON.stringify(Object.fromEntries(Object.entries(known.outputs).map(([k, v]) => [k, v.value]))) === wanted;
  if (!empty) say({ type: "planned_change", change: { resource: { addr: "fake.it", resource_type: "fake" }, action: "create" } });
  say({ type: "change_summary", changes: { add: empty ? 0 : 1, change: 0, remove: 0, import: 0, operation: "plan" } });
  writeFileSync(args.find((arg) => arg.startsWith("-out=")).slice(5), wanted);
  process.exitCode = empty ? 0 : 2;
}
if (command === "apply" && args.includes("-destroy")) write({ outputs: {}, resources: [] });
else if (command === "apply") {
  if (error) fail(error);
  const done = () => {
    const values = JSON.parse(readFileSync(args.at(-1), "utf8"));
    const resources = [{ mode: "managed", type: "fake", name: "it", instances: [{}] }];
    write({ outputs: Object.fromEntries(Object.entries(values).map(([k, value]) => [k, { value }])), resources });
  };
  if (!hang) setTimeout(done, seconds * 1000);
  else {
    say({ type: "apply_start", hook: { resource: { addr: "fake.it", resource_type: "fake" }, action: "create" } });
    setInterval(() => undefined, 1000);
    process.on("SIGINT", () => { appendFileSync(process.env.CALLS, "SIGINT\\n"); if (!stubborn) { done(); process.exit(1); } });
  }
}
`;

export interface FakeStack {
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly seconds?: number;
  readonly hang?: boolean;
  readonly stubborn?: boolean;
  readonly error?: string;
  readonly planError?: string;
  readonly served?: readonly string[];
  /** Upstream outputs it reads, e.g. ["network.id"]. */
  readonly reads?: readonly string[];
}

export interface FakeTerraform {
  readonly path: string;
  readonly outdir: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly write: (stacks: Readonly<Record<string, FakeStack>>) => void;
  /** The calls since the last time this was asked. */
  readonly calls: () => string[];
}

export function fakeTerraform(folder: string): FakeTerraform {
  const path = join(folder, "terraform");
  const callsPath = join(folder, "calls");
  const outdir = join(folder, "out");
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return {
    path,
    outdir,
    variables: { CALLS: callsPath },
    write(stacks) {
      for (const [name, { reads = [], ...it }] of Object.entries(stacks)) {
        mkdirSync(join(outdir, "stacks", name), { recursive: true });
        writeFileSync(join(outdir, "stacks", name, "cdk.tf.json"), JSON.stringify(stackJson(name, it, reads)));
      }
    },
    calls() {
      const lines = existsSync(callsPath) ? readFileSync(callsPath, "utf8").trim().split("\n") : [];
      writeFileSync(callsPath, "");
      return lines.filter((line) => line !== "");
    },
  };
}

function stackJson(name: string, it: FakeStack, reads: readonly string[]): object {
  const backend = (owner: string) => ({ local: { path: `../../state/${owner}.tfstate` } });
  const upstreams = [...new Set(reads.map((read) => read.split(".")[0] ?? ""))];
  return {
    terraform: { backend: backend(name) },
    data: {
      terraform_remote_state: Object.fromEntries(
        upstreams.map((upstream) => [`r-${upstream}`, { backend: "local", config: backend(upstream).local }]),
      ),
    },
    resource: {
      fake: { it },
      reads: { all: reads.map((read) => `data.terraform_remote_state.r-${read.replace(".", ".outputs.")}`) },
    },
  };
}

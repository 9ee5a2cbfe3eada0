import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Makes the plan files of the fixtures with the real engine: `node make-plans.js <fixtures folder> [case]`.
// For each stack: applies `before`, changes things behind Terraform's back by `outside`, plans `after`, removes all.
// Needs terraform, the AWS provider, and the local AWS: AWS_ENDPOINT_URL and keys as for any other use of it.

const [fixtures, only] = process.argv.slice(2);
if (fixtures === undefined) {
  console.error("Usage: AWS_ENDPOINT_URL=http://127.0.0.1:4566 node make-plans.js <fixtures folder> [case]");
  process.exit(1);
}

for (const name of readdirSync(fixtures)) {
  if (only !== undefined && name !== only) continue;
  const stacks = join(fixtures, name, "stacks");
  for (const stack of existsSync(stacks) ? readdirSync(stacks) : []) {
    const plan = makePlan(join(stacks, stack));
    writeFileSync(join(fixtures, name, `${stack}.plan.json`), `${JSON.stringify(plan, null, 1)}\n`);
    console.log(`${name}/${stack}: ${plan.resource_changes?.length ?? 0} resources`);
  }
}

function makePlan(source) {
  const folder = mkdtempSync(join(tmpdir(), "plans-"));
  const state = join(folder, "terraform.tfstate");
  const terraform = (...args) =>
    execFileSync("terraform", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  const use = (config) => cpSync(join(source, `${config}.tf.json`), join(folder, "cdk.tf.json"));
  const apply = () => terraform("apply", "-auto-approve", "-input=false", "-no-color");
  mkdirSync(folder, { recursive: true });
  use("after");
  terraform("init", "-input=false", "-no-color");
  try {
    if (existsSync(join(source, "before.tf.json"))) {
      use("before");
      apply();
      cpSync(state, `${state}.before`);
    }
    if (existsSync(join(source, "outside.tf.json"))) {
      use("outside");
      apply();
      // What happened outside is not in the state.
      cpSync(`${state}.before`, state);
    }
    use("after");
    terraform("plan", "-out=plan", "-input=false", "-no-color");
    const { timestamp, planned_values, prior_state, ...plan } = JSON.parse(terraform("show", "-json", "plan"));
    return plan;
  } finally {
    terraform("destroy", "-auto-approve", "-input=false", "-no-color");
    rmSync(folder, { recursive: true, force: true });
  }
}

import { Failure } from "@slipway/core";
import type { Step } from "../terminal/reporter.ts";
import {
  checkApp,
  type DeployedApp,
  deploy,
  type Pushed,
  publishStatic,
  push,
  rollBack,
  short,
  writeImageDefinitions,
} from "./deploy.ts";
import { ensureDerivedImage } from "./image.ts";
import { openPage } from "./open-page.ts";

/**
 * Deploys two broken versions and one good one to the first service that gets requests, rolls back, and checks each time that the right
 * version answers. The services without requests get the good one, and go back.
 */
export async function drill(services: readonly DeployedApp[]): Promise<void> {
  const deployed = services.find(({ target }) => target.facts.requests !== undefined);
  if (deployed === undefined) return;
  const { app } = deployed.target.delivery;
  const crash = app.own ? drillVersions.crashOfOwnApp : drillVersions.crash;
  await brokenVersion(deployed, "A version that crashes", { name: "crash", lines: crash });
  await brokenVersion(deployed, "A version that never answers", { name: "unhealthy", lines: drillVersions.unhealthy });
  const second = await withPageOpen(deployed, async () => {
    const version = await secondVersion(deployed);
    await rollbackToFirst(deployed, version);
    return version;
  });
  await rejectedVersion(deployed, second);
  for (const other of services) {
    if (other.target.facts.requests !== undefined) continue;
    await rollbackToFirst(other, await secondVersion(other));
  }
}

/** Keeps a page of the first version open meanwhile, whose static files the second does not have; no file may be missing. */
async function withPageOpen<T>({ target }: DeployedApp, work: () => Promise<T>): Promise<T> {
  const { delivery, facts, site } = target;
  if (!delivery.app.own || site === undefined || facts.requests === undefined) return work();
  const page = await openPage(facts.requests.address, site.url);
  const result = await work().catch(async (error) => {
    await page.close();
    throw error;
  });
  await delivery.reporter.step("A page of the first version", async (step) => {
    const { asked, missing } = await page.close();
    if (missing.length > 0) {
      throw new Failure(`${missing.length} of ${asked} static files were missing on an open page: ${missing[0]}.`);
    }
    step.result(`open during the switch and after the rollback: ${asked} static files asked for, 0 missing`);
  });
  return result;
}

/** Pushes, image definitions and checks are not printed again, so that the deployment's output stands out. */
const quiet: Step = { print: () => {}, result: () => {}, markdown: () => {} };

const titled = (title: string, { facts: { key, requests } }: DeployedApp["target"]) =>
  requests === undefined ? `${title} of ${key}` : title;

interface Variant {
  readonly name: string;
  readonly lines: readonly string[];
}

async function variant(
  deployed: DeployedApp,
  { name, lines }: Variant,
): Promise<{ image: Pushed; definitions: string }> {
  const { target, image } = deployed;
  const { delivery, facts } = target;
  const derived = await ensureDerivedImage(delivery, { image, repository: facts.repository }, { name, lines });
  const pushed = await push(target, quiet, derived);
  await publishStatic(target, quiet, pushed);
  return { image: pushed, definitions: await writeImageDefinitions(target, quiet, pushed) };
}

async function brokenVersion(deployed: DeployedApp, title: string, version: Variant): Promise<void> {
  const { target, pushed } = deployed;
  await target.delivery.reporter.step(title, async (step) => {
    const { image, definitions } = await variant(deployed, version);
    step.print(`deploying ${short(image.digest)}; it must fail`);
    const result = await deploy(target, step, { title, image, definitions, answering: true, mayFail: true });
    if (result.ok)
      throw new Failure(
        `deploy-service must fail for a broken version, but it reported ${short(image.digest)} as deployed.`,
      );
    if (result.outputs["rolled-back"] !== "true") {
      throw new Failure(
        `the deployment must end rolled back, not ${result.outputs["deployment-status"]}: ${result.errors.join(" ")}`,
      );
    }
    step.print(result.errors[0]?.split("\n")[0] ?? "");
    await checkApp(target, quiet, pushed.digest);
    step.result(`rolled back (${result.outputs["failure-reason"]}), ${short(pushed.digest)} still answers`);
  });
}

async function secondVersion(deployed: DeployedApp): Promise<{ image: Pushed; definitions: string }> {
  const { target } = deployed;
  const title = titled("A second version", target);
  return target.delivery.reporter.step(title, async (step) => {
    const lines = target.delivery.app.own ? drillVersions.secondOfOwnApp : drillVersions.second;
    const second = await variant(deployed, { name: "second", lines });
    step.print("with allow-rolled-back: a drill before this one may have rolled back from it, and that is recorded");
    const { outputs } = await deploy(target, step, {
      title,
      ...second,
      answering: true,
      allowRolledBack: true,
    });
    step.result(`revision ${outputs.revision} runs; ${await checkApp(target, quiet, second.image.digest)}`);
    return second;
  });
}

async function rollbackToFirst(deployed: DeployedApp, second: { image: Pushed }): Promise<void> {
  const { target, pushed } = deployed;
  const title = titled("Rollback", target);
  await target.delivery.reporter.step(title, async (step) => {
    const { outputs } = await rollBack(target, step, title);
    step.result(
      `revision ${outputs["from-revision"]} → ${outputs["to-revision"]} (${short(second.image.digest)} is gone); ${await checkApp(target, quiet, pushed.digest)}`,
    );
  });
}

async function rejectedVersion(deployed: DeployedApp, second: { image: Pushed; definitions: string }): Promise<void> {
  const { target, pushed } = deployed;
  await target.delivery.reporter.step("The second version again", async (step) => {
    const title = "The second version again";
    const result = await deploy(target, step, { title, ...second, answering: true, mayFail: true });
    if (result.ok)
      throw new Failure(`deploy-service must refuse ${short(second.image.digest)}, which was rolled back from.`);
    await checkApp(target, quiet, pushed.digest);
    step.result(`refused (${result.outputs["failure-reason"]}), ${short(pushed.digest)} still answers`);
  });
}

/** Dockerfile lines that turn a good image into the versions of the drill. */
const drillVersions = {
  /** The own app: settings that do not exist, so gunicorn itself gives up with code 3. */
  crashOfOwnApp: ["ENV DJANGO_SETTINGS_MODULE=config.missing"],
  crash: ['ENTRYPOINT ["/bin/sh", "-c", "echo this version is broken on purpose >&2; exit 3"]'],
  unhealthy: [
    `ENTRYPOINT ["/bin/sh", "-c", "trap 'exit 0' TERM; echo this version starts and answers nothing, on purpose; while :; do sleep 1; done"]`,
  ],
  second: ["LABEL slipway.drill=second"],
  /** The own app: other styles, so that its pages ask for a file that the first version does not have. */
  secondOfOwnApp: [
    "USER 0",
    "RUN echo '/* the second version */' >> pages/static/pages/page.css \\",
    " && SECRET_KEY=build ALLOWED_HOSTS=build python manage.py collectstatic --no-input --verbosity 0",
    "USER 10001:10001",
  ],
};

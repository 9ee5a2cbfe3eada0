import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "@slipway/core";
import type { Step } from "../terminal/reporter.ts";
import { type AppResponse, type ProbeCount, requestApp, startAppProbe } from "./app-probe.ts";
import { awsReads } from "./aws-reads.ts";
import type { Delivery, ServiceFacts, ServiceRequests, StaticSite } from "./delivery.ts";
import type { LocalImage } from "./image.ts";
import { type ActionName, type ActionResult, runAction } from "./run-action.ts";
import { ensureSecretValues } from "./secret-values.ts";

/** A deployed version of one service. */
export interface DeployedApp {
  readonly target: Target;
  readonly image: LocalImage;
  readonly pushed: Pushed;
  readonly revision: string;
}

interface DeployRequest {
  /** In the order in which they are deployed. */
  readonly services: readonly ServiceFacts[];
  readonly image: LocalImage;
  /** Where static files go before the image does; undefined where the app serves them itself. */
  readonly site?: StaticSite | undefined;
}

/** Deploys an image to every service: secret values, push and static files once, then imagedefinitions.json, deployment and a check of each. */
export async function deployApp(
  delivery: Delivery,
  { services, image, site }: DeployRequest,
): Promise<readonly DeployedApp[]> {
  const { reporter, app, variables } = delivery;
  const secrets = await reporter.step("Secret values", async (step) => {
    const values = await ensureSecretValues(app, services, variables);
    const written = values.written.length > 0 ? `${values.written.join(", ")} written as SecureString` : undefined;
    step.result(written ?? (values.kept.length === 0 ? "none asked for" : `${values.kept.join(", ")} there`));
    return values;
  });
  const probes: Target["probes"] = [];
  const targets = services.map((facts) => {
    const label = services.length === 1 ? "" : ` ${facts.key}`;
    return { delivery, facts, label, secretsRevision: secrets.revisionOf(facts), probes, site } satisfies Target;
  });
  const [first] = targets;
  if (first === undefined) throw new Error("there must be a service to deploy");
  const pushed = await reporter.step("Push", async (step) => {
    const result = await push(first, step, image);
    step.result(`${short(result.digest)}, ${result.pushed ? "pushed" : "there already"}`);
    return result;
  });
  if (site !== undefined) {
    await reporter.step("Static files", async (step) => step.result(await publishStatic(first, step, pushed)));
  }
  const deployed: DeployedApp[] = [];
  for (const target of targets) deployed.push({ target, image, pushed, revision: await deployTo(target, pushed) });
  return deployed;
}

async function deployTo(target: Target, pushed: Pushed): Promise<string> {
  const { delivery, facts, label } = target;
  const { reporter, variables } = delivery;
  const definitions = await reporter.step(`imagedefinitions.json${label && ` of${label}`}`, async (step) => {
    const path = await writeImageDefinitions(target, step, pushed);
    step.result(`names ${facts.containerName}`);
    return path;
  });
  const revision = await reporter.step(`Deploy${label}`, async (step) => {
    const state = await awsReads(variables).serviceState(facts.cluster, facts.service);
    const answering = (state?.running ?? 0) > 0;
    const title = `Deploy${label}`;
    const { outputs } = await deploy(target, step, { title, image: pushed, definitions, answering });
    step.result(
      outputs.changed === "true" ? `revision ${outputs.revision} runs` : `unchanged, revision ${outputs.revision}`,
    );
    return outputs.revision ?? "";
  });
  const title =
    facts.requests === undefined ? `Ask ECS about${label || ` ${facts.key}`}` : `Ask the app${label && `,${label}`}`;
  await reporter.step(title, async (step) => step.result(await checkApp(target, step, pushed.digest)));
  return revision;
}

/** Context of the deployments of one service in one run. */
interface Target {
  readonly delivery: Delivery;
  readonly facts: ServiceFacts;
  /** A space and the service's key where there are several. */
  readonly label: string;
  /** Changes when a secret's value does, so that a new value is a new revision. */
  readonly secretsRevision: string;
  /** Request counts of every deployment, for the summary. */
  readonly probes: { readonly title: string; readonly count: ProbeCount }[];
  readonly site: StaticSite | undefined;
}

export interface Pushed {
  readonly uri: string;
  readonly digest: string;
  readonly pushed: boolean;
}

/** Runs an action. Unless `mayFail` is set, a failed action throws a Failure with its error lines. */
export async function runActionInStep(
  target: Target,
  step: Step,
  name: ActionName,
  inputs: Readonly<Record<string, string>>,
  { mayFail = false } = {},
): Promise<ActionResult> {
  const { home, signal } = target.delivery;
  const { authority } = target.facts.requests?.address ?? {};
  const variables = {
    ...target.delivery.variables,
    ...(authority !== undefined && { NODE_EXTRA_CA_CERTS: authority.file }),
  };
  const result = await runAction({ home, name, inputs, variables, signal });
  if (result.summary !== "") step.markdown(result.summary);
  if (!result.ok && !mayFail) {
    const message =
      result.errors.join(" ") ||
      `it must show why it failed, but it ended ${result.ending} after “${result.lastLine}”.`;
    throw new Failure(`${name}: ${message}`, undefined, { logPath: result.logPath });
  }
  return result;
}

export async function push(target: Target, step: Step, image: LocalImage): Promise<Pushed> {
  const { app } = target.delivery;
  const { outputs } = await runActionInStep(target, step, "push-image", {
    image: image.name,
    repository: target.facts.repository,
    tags: image.tag,
    "expected-port": String(app.port),
  });
  return { uri: outputs["image-uri"] ?? "", digest: outputs.digest ?? "", pushed: outputs.pushed === "true" };
}

/** Publishes the image's static files before any task runs it, if they are served elsewhere; returns a summary. */
export async function publishStatic({ site, ...target }: Target, step: Step, image: Pushed): Promise<string> {
  if (site === undefined) return "served by the app itself";
  const { outputs } = await runActionInStep({ site, ...target }, step, "publish-static", {
    image: image.uri,
    bucket: site.bucket,
    distribution: site.distribution,
    "poll-seconds": "1",
  });
  return `${outputs.published} of ${outputs.files} published at ${site.url}, ${outputs["already-there"]} there already`;
}

/** Writes imagedefinitions.json for one image and returns its path. */
export async function writeImageDefinitions(target: Target, step: Step, image: Pushed): Promise<string> {
  const { facts, delivery } = target;
  const { outputs } = await runActionInStep(target, step, "write-image-definitions", {
    images: `${facts.containerName}=${image.uri}`,
    path: `${delivery.folder}/imagedefinitions${target.label.replace(" ", "-")}.json`,
    "task-definition": facts.template,
  });
  return outputs.path ?? "";
}

export interface Deployment {
  readonly title: string;
  readonly image: Pushed;
  readonly definitions: string;
  /** Whether a version answers already. */
  readonly answering: boolean;
  readonly mayFail?: boolean;
  readonly allowRolledBack?: boolean;
}

/** Runs deploy-service while requests go through the load balancer. */
export async function deploy(target: Target, step: Step, deployment: Deployment): Promise<ActionResult> {
  const { facts, secretsRevision, site } = target;
  const variables = { IMAGE_DIGEST: deployment.image.digest, SECRETS_REVISION: secretsRevision, ...portOf(site) };
  const inputs = {
    cluster: facts.cluster,
    service: facts.service,
    "task-definition": facts.template,
    "image-definitions": deployment.definitions,
    "desired-count": String(facts.desiredCount),
    "environment-variables": Object.entries(variables)
      .map(([name, value]) => `${name}=${value}`)
      .join("\n"),
    "migrate-command": facts.migrateCommand,
    "allow-rolled-back": String(deployment.allowRolledBack ?? false),
    "timeout-minutes": "5",
    "poll-seconds": "1",
  };
  return withProbe(target, deployment, () =>
    runActionInStep(target, step, "deploy-service", inputs, { mayFail: deployment.mayFail ?? false }),
  );
}

/** Browsers on this host reach the static files by another port than the stack's JSON can know. */
function portOf(site: StaticSite | undefined): { readonly STATIC_URL?: string } {
  return site === undefined ? {} : { STATIC_URL: site.url };
}

/** Runs rollback-service while requests go through the load balancer. */
export async function rollBack(target: Target, step: Step, title: string): Promise<ActionResult> {
  const { facts } = target;
  const inputs = {
    cluster: facts.cluster,
    service: facts.service,
    to: "previous-successful",
    reason: "drill",
    "timeout-minutes": "5",
    "poll-seconds": "1",
  };
  return withProbe(target, { title, answering: true }, () => runActionInStep(target, step, "rollback-service", inputs));
}

/** Sends requests meanwhile to a service that gets any. */
async function withProbe<T>(
  target: Target,
  { title, answering }: { title: string; answering: boolean },
  work: () => Promise<T>,
): Promise<T> {
  const { requests } = target.facts;
  if (requests === undefined) return work();
  const probe = startAppProbe(requests.address, requests.healthPath, { answering });
  try {
    return await work();
  } finally {
    target.probes.push({ title, count: await probe.stop() });
  }
}

/** Requests the app through the load balancer, if it has one, and has check-service say, as in the workflows, that it runs this digest; returns a summary. */
export async function checkApp(target: Target, step: Step, digest: string): Promise<string> {
  const { facts } = target;
  const ecs = { cluster: facts.cluster, service: facts.service, digest };
  if (facts.requests === undefined) {
    // Two looks, so that a command that ends and is started again is found.
    await runActionInStep(target, step, "check-service", { ...ecs, answers: "2" });
    return `${facts.desiredCount} of ${facts.desiredCount} running, ECS says ${short(digest)}`;
  }
  return checkByHttp(target, step, { ecs, requests: facts.requests });
}

async function checkByHttp(
  { delivery, ...target }: Target,
  step: Step,
  { ecs, requests }: { ecs: Readonly<Record<string, string>>; requests: ServiceRequests },
): Promise<string> {
  const { app } = delivery;
  const { address, getsRoot, healthPath, versionPath } = requests;
  const digest = ecs.digest ?? "";
  const root = getsRoot ? await withRetries(() => requestApp(address, "/")) : undefined;
  // A project owes its health path only. That the own one has a page that breaks, or refuses the host, is found here.
  if (app.own && root !== undefined && (root.status === 400 || root.status >= 500)) {
    throw new Failure(`GET / through the load balancer must answer with the app's page, not ${describe(root)}.`);
  }
  await runActionInStep({ delivery, ...target }, step, "check-service", {
    url: `${address.authority === undefined ? "http" : "https"}://${address.host}`,
    "connect-to": `127.0.0.1:${address.port}`,
    "health-check-path": healthPath,
    "version-path": versionPath,
    ...ecs,
    answers: "1",
  });
  const answers = root !== undefined && root.status < 400 ? [`/ → ${root.status}`] : [];
  if (healthPath !== "/" || answers.length === 0) answers.push(`${healthPath} → healthy`);
  return `${answers.join(", ")}, ${versionPath || "ECS"} says ${short(digest)}`;
}

export const short = (digest: string) => digest.slice(0, 19);

function describe({ status, body }: AppResponse): string {
  const text = body
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 120);
  return text === "" ? String(status) : `${status} (${text})`;
}

// Retries, because the load balancer may close a connection during a request.
async function withRetries(send: () => Promise<AppResponse>): Promise<AppResponse> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      if (attempt === 3) throw error;
      await sleep(200);
    }
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "@slipway/core";
import type { Step } from "../terminal/reporter.ts";
import { type AppResponse, type ProbeCount, requestApp, startAppProbe } from "./app-probe.ts";
import { awsReads } from "./aws-reads.ts";
import type { Delivery, ServiceFacts } from "./delivery.ts";
import type { LocalImage } from "./image.ts";
import { type ActionName, type ActionResult, runAction } from "./run-action.ts";
import { ensureSecretValues } from "./secret-values.ts";

/** A deployed version. */
export interface DeployedApp {
  readonly target: Target;
  readonly image: LocalImage;
  readonly pushed: Pushed;
  readonly revision: string;
}

/** Deploys an image: secret values, push, imagedefinitions.json, deployment and a check over HTTP. */
export async function deployApp(
  delivery: Delivery,
  { facts, secretNames, image }: { facts: ServiceFacts; secretNames: readonly string[]; image: LocalImage },
): Promise<DeployedApp> {
  const { reporter, app, variables } = delivery;
  const secrets = await reporter.step("Secret values", async (step) => {
    const values = await ensureSecretValues(app, secretNames, variables);
    step.result(
      secretNames.length === 0
        ? "none asked for"
        : values.written.length > 0
          ? `${values.written.join(", ")} written as SecureString`
          : `${values.kept.join(", ")} there`,
    );
    return values;
  });
  const target: Target = { delivery, facts, secretsRevision: secrets.revision, probes: [] };

  const pushed = await reporter.step("Push", async (step) => {
    const result = await push(target, step, image);
    step.result(`${short(result.digest)}, ${result.pushed ? "pushed" : "there already"}`);
    return result;
  });
  const definitions = await reporter.step("imagedefinitions.json", async (step) => {
    const path = await writeImageDefinitions(target, step, pushed);
    step.result(`names ${facts.containerName}`);
    return path;
  });
  const revision = await reporter.step("Deploy", async (step) => {
    const state = await awsReads(variables).serviceState(facts.cluster, facts.service);
    const answering = (state?.running ?? 0) > 0;
    const { outputs } = await deploy(target, step, { title: "Deploy", image: pushed, definitions, answering });
    step.result(
      outputs.changed === "true" ? `revision ${outputs.revision} runs` : `unchanged, revision ${outputs.revision}`,
    );
    return outputs.revision ?? "";
  });
  await reporter.step("Ask the app", async (step) => step.result(await checkApp(target, step, pushed.digest)));
  return { target, image, pushed, revision };
}

/** Context of the deployments of one run. */
interface Target {
  readonly delivery: Delivery;
  readonly facts: ServiceFacts;
  /** Changes when a secret's value does, so that a new value is a new revision. */
  readonly secretsRevision: string;
  /** Request counts of every deployment, for the summary. */
  readonly probes: { readonly title: string; readonly count: ProbeCount }[];
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
  const { home, variables, signal } = target.delivery;
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

/** Writes imagedefinitions.json for one image and returns its path. */
export async function writeImageDefinitions(target: Target, step: Step, image: Pushed): Promise<string> {
  const { facts, delivery } = target;
  const { outputs } = await runActionInStep(target, step, "write-image-definitions", {
    images: `${facts.containerName}=${image.uri}`,
    path: `${delivery.folder}/imagedefinitions.json`,
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
  const { facts, secretsRevision } = target;
  const inputs = {
    cluster: facts.cluster,
    service: facts.service,
    "task-definition": facts.template,
    "image-definitions": deployment.definitions,
    "desired-count": String(facts.desiredCount),
    "environment-variables": `IMAGE_DIGEST=${deployment.image.digest}\nSECRETS_REVISION=${secretsRevision}`,
    "migrate-command": facts.migrateCommand,
    "allow-rolled-back": String(deployment.allowRolledBack ?? false),
    "timeout-minutes": "5",
    "poll-seconds": "1",
  };
  return withProbe(target, deployment, () =>
    runActionInStep(target, step, "deploy-service", inputs, { mayFail: deployment.mayFail ?? false }),
  );
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

async function withProbe<T>(
  target: Target,
  { title, answering }: { title: string; answering: boolean },
  work: () => Promise<T>,
): Promise<T> {
  const { port } = target.delivery;
  const { loadBalancerHost, healthPath } = target.facts;
  const probe = startAppProbe({ port, host: loadBalancerHost }, healthPath, { answering });
  try {
    return await work();
  } finally {
    target.probes.push({ title, count: await probe.stop() });
  }
}

/** A heading that the own app's page has and error pages do not. */
const pageMark = /<h1[^>]*>[^<]+<\/h1>/;

/** Requests the app through the load balancer and has check-service say, as in the workflows, that it runs this digest; returns a summary. */
export async function checkApp(target: Target, step: Step, digest: string): Promise<string> {
  const { delivery, facts } = target;
  const { app, port } = delivery;
  const path = app.own ? "/" : app.healthPath;
  const page = await withRetries(() => requestApp({ port, host: facts.loadBalancerHost }, path));
  if (page.status < 200 || page.status >= 400 || (app.own && !pageMark.test(page.body))) {
    throw new Failure(`GET ${path} through the load balancer must answer with the app's page, not ${describe(page)}.`);
  }
  await runActionInStep(target, step, "check-service", {
    url: `http://${facts.loadBalancerHost}`,
    "connect-to": `127.0.0.1:${port}`,
    "health-check-path": facts.healthPath,
    "version-path": app.versionPath,
    cluster: facts.cluster,
    service: facts.service,
    digest,
    answers: "1",
  });
  return `${path} → ${page.status}, ${app.versionPath || "ECS"} says ${short(digest)}`;
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

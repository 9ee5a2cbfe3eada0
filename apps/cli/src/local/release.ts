import { Failure } from "@slipway/core";
import type { Step } from "../terminal/reporter.ts";
import type { Delivery } from "./delivery.ts";
import type { LocalImage } from "./image.ts";
import { type ProbeCount, startProber } from "./prober.ts";
import { type ActionName, type ActionResult, runAction } from "./run-action.ts";
import type { ServiceFacts } from "./service-facts.ts";

/** Where versions go, and what each deployment gets. */
export interface Target {
  readonly delivery: Delivery;
  readonly facts: ServiceFacts;
  /** Changes when a secret's value does, so that a new value is a new revision. */
  readonly secretsRevision: string;
  /** Requests of every deployment, for the closing line. */
  readonly probes: { readonly title: string; readonly count: ProbeCount }[];
}

export interface Pushed {
  readonly uri: string;
  readonly digest: string;
  readonly pushed: boolean;
}

/** Runs an action; when it must not fail, its own words are the failure. */
export async function act(
  target: Target,
  step: Step,
  name: ActionName,
  inputs: Readonly<Record<string, string>>,
  { mayFail = false } = {},
): Promise<ActionResult> {
  const { workspace, variables, signal } = target.delivery;
  const result = await runAction({ workspace, name, inputs, variables, signal });
  if (result.summary !== "") step.markdown(result.summary);
  if (!result.ok && !mayFail) {
    const words =
      result.errors.join(" ") ||
      `it must tell why it failed, but it ended ${result.ending} after “${result.lastLine}”.`;
    throw new Failure(`${name}: ${words}`, undefined, { logPath: result.logPath });
  }
  return result;
}

export async function push(target: Target, step: Step, image: LocalImage): Promise<Pushed> {
  const { app } = target.delivery;
  const { outputs } = await act(target, step, "push-image", {
    image: image.name,
    repository: target.facts.repository,
    tags: image.tag,
    "expected-port": String(app.port),
  });
  return { uri: outputs["image-uri"] ?? "", digest: outputs.digest ?? "", pushed: outputs.pushed === "true" };
}

/** Writes imagedefinitions.json for one image and returns its path. */
export async function define(target: Target, step: Step, image: Pushed): Promise<string> {
  const { facts, delivery } = target;
  const { outputs } = await act(target, step, "write-image-definitions", {
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
  return probed(target, deployment, () =>
    act(target, step, "deploy-service", inputs, { mayFail: deployment.mayFail ?? false }),
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
  return probed(target, { title, answering: true }, () => act(target, step, "rollback-service", inputs));
}

async function probed<T>(
  target: Target,
  { title, answering }: { title: string; answering: boolean },
  work: () => Promise<T>,
): Promise<T> {
  const { port } = target.delivery;
  const { loadBalancerHost, healthPath } = target.facts;
  const prober = startProber({ port, host: loadBalancerHost }, healthPath, { answering });
  try {
    return await work();
  } finally {
    target.probes.push({ title, count: await prober.stop() });
  }
}

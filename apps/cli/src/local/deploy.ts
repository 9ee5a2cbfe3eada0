import { awsReads } from "./aws-reads.ts";
import { checkApp, short } from "./check-app.ts";
import type { Delivery } from "./delivery.ts";
import type { LocalImage } from "./image.ts";
import { define, deploy, type Pushed, push, type Target } from "./release.ts";
import { ensureSecretValues } from "./secret-values.ts";
import type { ServiceFacts } from "./service-facts.ts";

/** A version that runs. */
export interface Delivered {
  readonly target: Target;
  readonly image: LocalImage;
  readonly pushed: Pushed;
  readonly revision: string;
}

/** Image to running service: secret values, push, imagedefinitions.json, deployment, and an answer over HTTP. */
export async function deliver(
  delivery: Delivery,
  { facts, secretNames, image }: { facts: ServiceFacts; secretNames: readonly string[]; image: LocalImage },
): Promise<Delivered> {
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
    const path = await define(target, step, pushed);
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
  await reporter.step("Ask the app", async (step) => step.result(await checkApp(target, pushed.digest)));
  return { target, image, pushed, revision };
}

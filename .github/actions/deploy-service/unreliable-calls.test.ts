import { ECSClient } from "@aws-sdk/client-ecs";
import { ActionFailure, type ActionResult, clientOptions } from "@slipway/core";
import { fakeLog } from "@slipway/core/testing/fake-log";
import { arn, uri } from "@slipway/ecs-deploy/testing/fake-ecs";
import { type LivingEcs, livingEcs } from "../testing/living-ecs.ts";
import { faults, unreliableServer } from "../testing/unreliable-server.ts";
import { deployService } from "./deploy-service.ts";
import type { DeployServiceInput } from "./deployment.ts";

jest.setTimeout(60_000);

const revision = (image: string) => ({
  cpu: "256",
  memory: "512",
  containerDefinitions: [{ name: "django_test", image }],
});
const template = revision(uri("a").replace(/@.*/, ":template"));
const [good, crashing] = [uri("b"), uri("c")];

interface Kind {
  readonly title: string;
  readonly ranBefore: boolean;
  readonly input: Partial<DeployServiceInput>;
  /** What the job says at its end. */
  readonly said: Readonly<Record<string, string>>;
  /** What is so at its end. */
  readonly truth: (ecs: LivingEcs) => object;
  readonly deployments: number;
  readonly migrations: number;
}

const newest = (ecs: LivingEcs) => arn(ecs.revisions.length);
const deployed = { reason: "", changed: "true", "deployment-status": "SUCCESSFUL" };
const images = (imageUri: string) => [{ name: "django_test", imageUri }];
const kinds: readonly Kind[] = [
  {
    title: "a first version",
    ranBefore: false,
    input: { images: images(good) },
    said: deployed,
    truth: (ecs) => ({ taskDefinition: newest(ecs), desiredCount: 2 }),
    deployments: 1,
    migrations: 0,
  },
  {
    title: "a version that migrates first",
    ranBefore: true,
    input: { images: images(good), migrateCommand: ["python", "manage.py", "migrate"] },
    said: deployed,
    truth: (ecs) => ({ taskDefinition: newest(ecs), desiredCount: 2 }),
    deployments: 1,
    migrations: 1,
  },
  {
    title: "a version that crashes",
    ranBefore: true,
    input: { images: images(crashing) },
    said: { reason: "deployment-rolled-back", "rolled-back": "true", "previous-revision": "web:2" },
    truth: () => ({ taskDefinition: arn(2), desiredCount: 2 }),
    deployments: 1,
    migrations: 0,
  },
  {
    title: "a first version that crashes",
    ranBefore: false,
    input: { images: images(crashing) },
    said: { reason: "first-deployment-failed", "deployment-status": "FAILED" },
    truth: () => ({ taskDefinition: arn(1), desiredCount: 0 }),
    deployments: 2,
    migrations: 0,
  },
  {
    title: "another count",
    ranBefore: true,
    input: { images: images(uri("a")), desiredCount: 3 },
    said: { ...deployed, revision: "web:2" },
    truth: () => ({ taskDefinition: arn(2), desiredCount: 3 }),
    deployments: 0,
    migrations: 0,
  },
];

async function deploy({ ranBefore, input }: Kind, seed: string) {
  const revisions = ranBefore ? [template, revision(uri("a"))] : [template];
  const ecs = livingEcs({ revisions, at: revisions.length, desiredCount: ranBefore ? 2 : 0, crashing });
  const server = await unreliableServer(seed, ({ call, body }) => {
    const found = ecs.answer(call.split(".").at(-1) ?? "", JSON.parse(body.toString()));
    return { status: "__type" in found ? 400 : 200, body: JSON.stringify(found) };
  });
  const credentials = { accessKeyId: "111111111111", secretAccessKey: "local" };
  const client = new ECSClient({ ...clientOptions, endpoint: server.url, region: "ap-northeast-2", credentials });
  const whole = {
    cluster: "prod",
    service: "web",
    taskDefinition: arn(1),
    images: [],
    desiredCount: 2,
    environment: [],
    migrateCommand: undefined,
    migrateTimeoutMinutes: 1,
    timeoutMinutes: 1,
    pollSeconds: 0.01,
    allowRolledBack: false,
    runId: undefined,
    allowOlder: false,
    dryRun: false,
    ...input,
  };
  const tools = { ecs: client, log: fakeLog(), signal: new AbortController().signal };
  try {
    return { ecs, server, said: said(await deployService(whole, tools)) };
  } catch (error) {
    return { ecs, server, said: said(error) };
  } finally {
    client.destroy();
    server.close();
  }
}

function said(end: unknown): Record<string, string> {
  if (!(end instanceof ActionFailure)) return { reason: "", ...(end as ActionResult).outputs };
  return { ...end.outputs, reason: end.reason };
}

test("of 20 deployments, 30 % of whose calls fail, each ends in the true state and says it", async () => {
  const lanes = kinds.flatMap((kind) => [1, 2, 3, 4].map((nth) => ({ kind, seed: `${kind.title} ${nth}` })));
  const ends = await Promise.all(lanes.map(async ({ kind, seed }) => ({ kind, seed, ...(await deploy(kind, seed)) })));
  const seen = ends.map(({ seed, said, ecs }) => [
    seed,
    said,
    ecs.truth,
    ecs.deployments.length,
    ecs.migrations.length,
  ]);
  expect(seen).toEqual(
    ends.map(({ kind, seed, ecs }) => [
      seed,
      expect.objectContaining(kind.said),
      kind.truth(ecs),
      kind.deployments,
      kind.migrations,
    ]),
  );
  const failed = faults.map((fault) => ends.reduce((sum, { server }) => sum + server.counts[fault], 0));
  const calls = ends.reduce((sum, { server }) => sum + server.counts.calls, 0);
  expect(Math.min(...failed)).toBeGreaterThan(0);
  expect(failed.reduce((a, b) => a + b) / calls).toBeGreaterThan(0.2);
});

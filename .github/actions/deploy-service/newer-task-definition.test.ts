import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { ECSClient } from "@aws-sdk/client-ecs";
import { failureFrom, fakeLog } from "@slipway/core/testing/fake-log";
import { uri } from "@slipway/ecs-deploy/testing/fake-ecs";
import { deployService } from "./deploy-service.ts";

// biome-ignore lint/suspicious/noExplicitAny: JSON that is newer than the SDK's types
type Json = any;

const template: Json = JSON.parse(readFileSync(join(__dirname, "fixtures/newer-than-the-sdk.json"), "utf8"));
const service = "arn:aws:ecs:eu-west-1:333333333333:service/shop/web";

let server: Server;
let ecs: ECSClient;
let requests: { readonly call: string; readonly input: Json; readonly isCounted: boolean }[];
/** Revisions as ECS keeps them; the first is the template. */
let revisions: Json[];
let running = "";

beforeEach(async () => {
  requests = [];
  revisions = [template];
  running = template.taskDefinitionArn;
  server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts);
    const call = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
    const input: Json = JSON.parse(body.toString());
    requests.push({ call, input, isCounted: Number(request.headers["content-length"]) === body.length });
    const found = answer(call, input);
    response.writeHead("__type" in found ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(found));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: "333333333333", secretAccessKey: "local" };
  ecs = new ECSClient({ endpoint, region: "eu-west-1", credentials, maxAttempts: 1 });
});
afterEach(() => {
  ecs.destroy();
  server.closeAllConnections();
  server.close();
});

function answer(call: string, input: Json): object {
  switch (call) {
    case "DescribeServices":
      return { services: [serviceAt(running)] };
    case "DescribeTaskDefinition": {
      const found = revisions.find(({ taskDefinitionArn }) => taskDefinitionArn === input.taskDefinition);
      if (found === undefined) return { __type: "ClientException", message: "Unable to describe task definition." };
      const { tags = [{ key: "Project", value: "shop", notYetKnownTag: 1 }], ...taskDefinition } = found;
      return { taskDefinition, tags };
    }
    case "ListTaskDefinitions":
      return { taskDefinitionArns: revisions.map(({ taskDefinitionArn }) => taskDefinitionArn).reverse() };
    case "RegisterTaskDefinition": {
      const { tags, ...fields } = input;
      const added = { revision: revisions.length + 1, status: "ACTIVE", registeredAt: 1_700_000_001 };
      const taskDefinitionArn = template.taskDefinitionArn.replace(/\d+$/, added.revision);
      revisions.push({ ...fields, ...added, taskDefinitionArn, tags });
      return { taskDefinition: { ...fields, ...added, taskDefinitionArn }, tags };
    }
    case "UpdateService":
      running = input.taskDefinition;
      return { service: serviceAt(running) };
    default:
      return {};
  }
}

function serviceAt(taskDefinition: string): object {
  const counts = { desiredCount: 1, runningCount: 1, pendingCount: 0 };
  const id = `ecs-svc/${taskDefinition.split(":").at(-1)}`;
  const deployment = { id, status: "PRIMARY", taskDefinition, rolloutState: "COMPLETED", createdAt: 1, ...counts };
  return {
    serviceArn: service,
    serviceName: "web",
    status: "ACTIVE",
    taskDefinition,
    deployments: [deployment],
    ...counts,
  };
}

const log = fakeLog();

function deploy(changes: object = {}) {
  const input = {
    cluster: "shop",
    service: "web",
    taskDefinition: template.taskDefinitionArn,
    images: [{ name: "app", imageUri: uri("b") }],
    desiredCount: 1,
    environment: [],
    migrateCommand: undefined,
    migrateTimeoutMinutes: 1,
    timeoutMinutes: 1,
    pollSeconds: 0.001,
    allowRolledBack: false,
    runId: undefined,
    allowOlder: false,
    dryRun: false,
    ...changes,
  };
  return deployService(input, { ecs, log, signal: new AbortController().signal });
}

const registered = () => requests.filter(({ call }) => call === "RegisterTaskDefinition").map(({ input }) => input);

test("fields that are newer than the SDK come to the new revision, at every depth, and what AWS adds does not", async () => {
  const { outputs } = await deploy({ environment: [["IMAGE_DIGEST", "sha256:ü"]] });
  expect(requests.map(({ isCounted }) => isCounted)).not.toContain(false);
  expect(outputs).toMatchObject({ revision: "shop-web:2", changed: "true", "deployment-status": "SUCCESSFUL" });
  const [container] = template.containerDefinitions;
  const environment = [{ name: "IMAGE_DIGEST", value: "sha256:ü" }];
  expect(registered()).toEqual([
    {
      family: "shop-web",
      cpu: "256",
      memory: "512",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      volumes: [],
      placementConstraints: [],
      notYetKnownTop: { mode: "strict" },
      containerDefinitions: [{ ...container, image: uri("b"), environment }],
      tags: [{ key: "Project", value: "shop", notYetKnownTag: 1 }],
    },
  ]);
});

test("a revision that differs in such a field alone is another one, and the same one is used again", async () => {
  await deploy();
  revisions[1].containerDefinitions[0].notYetKnownContainer = 31;
  expect((await deploy()).outputs).toMatchObject({ revision: "shop-web:3", changed: "true" });
  expect((await deploy()).outputs).toMatchObject({ revision: "shop-web:3", changed: "false" });
  expect(registered()).toHaveLength(2);
});

test("a dry run and the summary name such a difference", async () => {
  await deploy();
  revisions[1].containerDefinitions[0].portMappings[0].notYetKnownPort = "y";
  delete revisions[1].notYetKnownTop;
  log.lines.length = 0;
  const { summary } = await deploy({ dryRun: true });
  expect(log.lines).toContain("  containerDefinitions[app].portMappings[0].notYetKnownPort: y → x");
  expect(log.lines).toContain("  notYetKnownTop.mode: none → strict");
  expect(summary).toContain("| `containerDefinitions[app].portMappings[0].notYetKnownPort` | `y` | `x` |");
  expect(summary).toContain("| `notYetKnownTop.mode` | `none` | `strict` |");
  expect(registered()).toHaveLength(1);
});

test("an error of AWS is still what the SDK makes of it", async () => {
  const failure = await failureFrom(() => deploy({ taskDefinition: "shop-web:9" }));
  expect(failure.reason).toBe("task-definition-not-found");
  expect(failure.what).toBe("Task definition (shop-web:9) must exist (Unable to describe task definition)");
});

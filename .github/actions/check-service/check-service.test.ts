import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { awsError } from "@slipway/core/testing/aws-error";
import { failureFrom, fakeLog } from "@slipway/core/testing/fake-log";
import { fakeClient } from "@slipway/ecs-deploy/testing/fake-client";
import { checkService } from "./check-service.ts";

const [old, wanted] = ["a", "b"].map((letter) => `sha256:${letter.repeat(64)}`) as [string, string];

interface Seen {
  readonly path: string;
  readonly host: string;
}

let server: Server;
let seen: Seen[];
/** Images of the tasks that ECS lists, one list per question, the last one again and again. */
let tasks: (readonly string[])[];
/** What each request gets, the last one again and again. */
let script: { health: number; version: string }[];

beforeEach(async () => {
  seen = [];
  tasks = [];
  server = createServer((request, response) => {
    const isHealth = request.url === "/healthz";
    seen.push({ path: request.url ?? "", host: request.headers.host ?? "" });
    const now = (script.length > 1 && !isHealth ? script.shift() : script[0]) ?? { health: 500, version: "" };
    if (isHealth && now.health !== 200 && script.length > 1) script.shift();
    response.writeHead(isHealth ? now.health : 200).end(isHealth ? "" : now.version);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const answering = (digest: string) => ({ health: 200, version: JSON.stringify({ digest }) });

const image = (digest: string) => `111111111111.dkr.ecr.eu-west-1.amazonaws.com/web@${digest}`;

/** ECS with the tasks of `tasks`, one page per two of them. */
function ecsWithTasks() {
  const arns = (images: readonly string[]) => images.map((_, index) => `arn:task/${index}`);
  let now: readonly string[] = [];
  return fakeClient({
    ListTasks: ({ nextToken }) => {
      if (nextToken !== undefined) return { taskArns: arns(now).slice(2) };
      now = (tasks.length > 1 ? tasks.shift() : tasks[0]) ?? [];
      return { taskArns: arns(now).slice(0, 2), ...(now.length > 2 && { nextToken: "more" }) };
    },
    DescribeTasks: ({ tasks: wanted }) => ({
      tasks: wanted.map((taskArn: string) => {
        const text = now[arns(now).indexOf(taskArn)] ?? "";
        const [lastStatus, digest = ""] = text.includes(" ") ? text.split(" ") : ["RUNNING", text];
        return { taskArn, lastStatus, containers: [{ image: "proxy:1" }, { image: image(digest) }] };
      }),
    }),
  });
}

function check(changes: object = {}, signal = new AbortController().signal) {
  let time = 0;
  const ecs = ecsWithTasks();
  const port = (server.address() as AddressInfo).port;
  const input = {
    url: "http://shop.example.com",
    healthCheckPath: "/healthz",
    versionPath: "/version",
    cluster: "",
    service: "",
    digest: wanted,
    answers: 3,
    timeoutSeconds: 10,
    connectTo: `127.0.0.1:${port}`,
    dryRun: false,
    ...changes,
  };
  const log = fakeLog();
  const wait = async (milliseconds: number) => {
    time += milliseconds;
  };
  return {
    ecs,
    log,
    work: () => checkService(input, { ecs: async () => ecs.client, log, wait, signal, now: () => time }),
  };
}

test("a service that answers with the deployed image is healthy, requested by its own name", async () => {
  script = [answering(wanted)];
  const { outputs } = await check().work();
  expect(outputs).toEqual({ requests: "3", "answered-digest": wanted });
  expect(new Set(seen.map(({ host }) => host))).toEqual(new Set(["shop.example.com"]));
  expect(seen.map(({ path }) => path).slice(0, 2)).toEqual(["/healthz", "/version"]);
});

test("one answer of a task on its way out makes the count begin anew", async () => {
  script = [answering(wanted), answering(old), answering(wanted)];
  const { log, work } = check();
  expect((await work()).outputs.requests).toBe("5");
  expect(log.lines.join("\n")).toContain(`must answer with the digest ${wanted}, not ${old}`);
});

test("another image than the deployed one is a failure with both digests", async () => {
  script = [answering(old)];
  const failure = await failureFrom(check().work);
  expect(failure.reason).toBe("other-image-answers");
  expect(failure.message).toContain(`must answer with the digest ${wanted}, not ${old}, after 10 s of requests`);
  expect(failure.outputs["answered-digest"]).toBe(old);
});

test("an unhealthy app is a failure with its status", async () => {
  script = [{ health: 503, version: "" }];
  const failure = await failureFrom(check().work);
  expect(failure.reason).toBe("service-unhealthy");
  expect(failure.message).toContain("GET /healthz of http://shop.example.com must answer with 200 to 399, not 503");
});

test("an app that does not name its image gets a message about it", async () => {
  script = [{ health: 200, version: "<html>" }];
  expect((await failureFrom(check().work)).message).toContain("not 200 without one");
});

test("without a digest only the health is asked for", async () => {
  script = [{ health: 200, version: "<html>" }];
  await check({ digest: "" }).work();
  expect(new Set(seen.map(({ path }) => path))).toEqual(new Set(["/healthz"]));
});

/** An app without a version path, whose image ECS names. */
const byEcs = { versionPath: "", cluster: "prod", service: "web", healthCheckPath: "/healthz" };

test("without a version path ECS says which image runs, once, and the app is asked for its health alone", async () => {
  script = [{ health: 200, version: "<html>" }];
  tasks = [[wanted, wanted, wanted]];
  const { ecs, log, work } = check(byEcs);
  const { outputs, summary } = await work();
  expect(outputs).toEqual({ requests: "3", "answered-digest": wanted });
  expect(new Set(seen.map(({ path }) => path))).toEqual(new Set(["/healthz"]));
  expect(ecs.names()).toEqual(["ListTasks", "DescribeTasks", "ListTasks", "DescribeTasks"]);
  expect(ecs.calls[0]?.input).toMatchObject({ cluster: "prod", serviceName: "web", desiredStatus: "RUNNING" });
  expect(summary).toContain("| Asked | ECS (3 of 3 tasks) |");
  expect(log.lines.join("\n")).toContain(`3 good answers in a row, ${wanted} by ECS (3 of 3 tasks)`);
});

test("one task with another image is a failure with both digests and how many there are", async () => {
  script = [{ health: 200, version: "" }];
  tasks = [[wanted, wanted, old]];
  const failure = await failureFrom(check(byEcs).work);
  expect(failure.reason).toBe("other-image-answers");
  expect(failure.what).toBe(
    `Every running task of web must have the image ${wanted} (2 of 3 tasks, others ${old}), after 10 s of requests`,
  );
  expect(failure.outputs["answered-digest"]).toBe(old);
});

test("no running task proves nothing", async () => {
  script = [{ health: 200, version: "" }];
  tasks = [[`PENDING ${wanted}`]];
  const failure = await failureFrom(check(byEcs).work);
  expect(failure.message).toContain(`must have the image ${wanted} (none runs)`);
});

test("a task that is about to be replaced makes the count begin anew", async () => {
  script = [{ health: 200, version: "" }];
  tasks = [[old, wanted], [wanted]];
  expect((await check(byEcs).work()).outputs.requests).toBe("6");
});

test("with a version path and a service both must name the image", async () => {
  script = [answering(wanted)];
  tasks = [[wanted]];
  const both = { ...byEcs, versionPath: "/version" };
  expect((await check(both).work()).summary).toContain("| Asked | /version and ECS (1 of 1 tasks) |");
  tasks = [[old]];
  expect((await failureFrom(check(both).work)).reason).toBe("other-image-answers");
  tasks = [[wanted]];
  script = [answering(old)];
  expect((await failureFrom(check(both).work)).message).toContain("GET /version");
});

test("a refused question to ECS says nothing of the version", async () => {
  script = [{ health: 200, version: "" }];
  const { work, ecs } = check(byEcs);
  ecs.client.send = async () => {
    throw awsError("AccessDeniedException", "not authorized to perform: ecs:ListTasks");
  };
  await expect(work()).rejects.toMatchObject({ name: "AccessDeniedException" });
});

test("nobody at the address is a failure that says so", async () => {
  script = [];
  const failure = await failureFrom(check({ connectTo: "127.0.0.1:1" }).work);
  expect(failure.reason).toBe("service-unreachable");
  expect(failure.message).toContain("ECONNREFUSED");
});

test("a cancelled step asks no more", async () => {
  script = [answering(wanted)];
  expect((await failureFrom(check({}, AbortSignal.abort()).work)).reason).toBe("interrupted");
  expect(seen).toEqual([]);
});

test("a step that is cancelled while an answer is awaited ends at once", async () => {
  const cancelled = new AbortController();
  server.removeAllListeners("request").on("request", () => cancelled.abort());
  expect((await failureFrom(check({}, cancelled.signal).work)).reason).toBe("interrupted");
});

test("a dry run finds malformed inputs and asks nothing", async () => {
  script = [answering(wanted)];
  expect((await check({ dryRun: true }).work()).outputs.requests).toBe("0");
  expect(seen).toEqual([]);
  expect((await failureFrom(check({ dryRun: true, connectTo: "nowhere" }).work)).reason).toBe("input-invalid");
});

test.each([
  [{ url: "shop.example.com" }, "Input `url` (shop.example.com) must begin with http:// or https://"],
  [{ connectTo: "nowhere" }, "Input `connect-to` (nowhere) must be host:port"],
  [{ versionPath: "" }, `Input \`digest\` (${wanted}) must come with \`version-path\`, or with \`cluster\` and`],
  [{ cluster: "prod" }, "Input `service` () must not be empty where `cluster` is set"],
  [{ service: "web" }, "Input `cluster` () must not be empty where `service` is set"],
])("a malformed input is named: %j", async (changes, message) => {
  script = [];
  expect((await failureFrom(check(changes).work)).message).toContain(message);
});

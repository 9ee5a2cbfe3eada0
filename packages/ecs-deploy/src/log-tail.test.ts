import { createServer, type Server } from "node:http";
import { environment } from "@slipway/core/testing/environment";
import { logTail } from "./log-tail.ts";

const options = { "awslogs-group": "/ecs/web", "awslogs-stream-prefix": "web", "awslogs-region": "ap-northeast-2" };
const definition = {
  containerDefinitions: [
    { name: "app", logConfiguration: { logDriver: "awslogs" as const, options } },
    { name: "proxy" },
  ],
};
const task = { taskArn: "arn:aws:ecs:ap-northeast-2:1:task/prod/abc" };
const signal = new AbortController().signal;
const before = { ...environment };
let server: Server;
let answers: { status: number; body: object }[] = [];
let requests: unknown[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      requests.push(JSON.parse(text));
      const { status, body } = answers.shift() ?? { status: 200, body: {} };
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  Object.assign(environment, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  });
});
beforeEach(() => {
  requests = [];
});
afterAll(async () => {
  for (const name of ["AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) {
    if (before[name] === undefined) delete environment[name];
    else environment[name] = before[name];
  }
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test("reads the end of the container's own stream, waiting for lines that arrive late", async () => {
  answers = [
    { status: 400, body: { __type: "ResourceNotFoundException" } },
    { status: 200, body: { events: [{ message: "ValueError: x\n" }] } },
  ];
  const tail = await logTail(definition, { task, container: "app" }, signal);
  expect(tail).toEqual({ lines: ["ValueError: x"], missing: "" });
  expect(requests).toHaveLength(2);
  expect(requests[0]).toMatchObject({ logGroupName: "/ecs/web", logStreamName: "web/app/abc", startFromHead: false });
});

test("lines that may not be read are said to be missing, and why", async () => {
  answers = [
    { status: 400, body: { __type: "AccessDeniedException", message: "not authorized to perform: logs:GetLogEvents" } },
  ];
  const { missing } = await logTail(definition, { task, container: "app" }, signal);
  expect(missing).toContain("not authorized to perform: logs:GetLogEvents");
});

test("a container that logs elsewhere is not asked for", async () => {
  const { missing } = await logTail(definition, { task, container: "proxy" }, signal);
  expect(missing).toContain("container proxy does not log to CloudWatch Logs");
  expect(requests).toEqual([]);
});

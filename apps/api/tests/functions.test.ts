import { execFileSync } from "node:child_process";
import { join } from "node:path";

const folder = join(__dirname, "..");

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Calls a handler with each event, in a process of its runtime as Lambda does. */
function called(command: readonly string[], events: readonly object[]): readonly Answer[] {
  const [file = "", ...args] = command;
  return JSON.parse(execFileSync(file, args, { cwd: folder, input: JSON.stringify(events), encoding: "utf8" }));
}

const hello = (events: readonly object[]) =>
  called(
    [
      "python3",
      "-IBc",
      "import json, sys; sys.path.insert(0, 'hello'); import main; print(json.dumps([main.handler(e, None) for e in json.load(sys.stdin)]))",
    ],
    events,
  );

const sums = (events: readonly object[]) =>
  called(
    [
      process.execPath,
      "--input-type=module",
      "-e",
      'import { readFileSync } from "node:fs"; import { handler } from "./sums/index.mjs"; console.log(JSON.stringify(await Promise.all(JSON.parse(readFileSync(0, "utf8")).map(handler))))',
    ],
    events,
  );

test("hello greets by the name of the path", () => {
  const [answer] = hello([{ pathParameters: { name: "Grace" } }]);
  expect([answer?.statusCode, JSON.parse(answer?.body ?? "")]).toEqual([200, { hello: "Grace" }]);
  expect(answer?.headers["content-type"]).toBe("application/json");
});

test("sums adds up the numbers of the body, plain or in base64", () => {
  const body = '{"numbers":[1,2,3.5]}';
  const answers = sums([{ body }, { body: Buffer.from(body).toString("base64"), isBase64Encoded: true }]);
  expect(answers.map(({ statusCode, body: sum }) => [statusCode, JSON.parse(sum)])).toEqual([
    [200, { sum: 6.5 }],
    [200, { sum: 6.5 }],
  ]);
});

test("sums refuses a body of another form", () => {
  const bodies = [undefined, "", "[]", '{"numbers":["1"]}', '{"numbers":1}', "null"];
  for (const { statusCode, body } of sums(bodies.map((each) => ({ body: each })))) {
    expect([statusCode, JSON.parse(body)]).toEqual([
      400,
      { error: 'body must be { "numbers": [1, 2] }; send such a text.' },
    ]);
  }
});

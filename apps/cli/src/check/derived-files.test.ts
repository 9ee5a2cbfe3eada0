import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { staleness } from "./check.ts";
import { type DerivedFiles, staleFiles, writeFiles } from "./derived-files.ts";

const golden = "apps/infra/golden/staging/service.tf.json";
const gone = "apps/infra/golden/staging/gone.tf.json";
const environments = ".github/environments.json";
const workflow = ".github/workflows/apply.yml";

const wanted: DerivedFiles = new Map([
  [golden, '{\n  "resource": {\n    "aws_ecs_service": {}\n  }\n}\n'],
  [gone, undefined],
  [environments, '{\n  "staging": {\n    "services": {\n      "web": {},\n      "worker": {}\n    }\n  }\n}\n'],
  [workflow, "on:\n  push:\n    branches: [main]\n"],
]);

let root = "";
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const sentences = () => staleFiles(root, wanted).map((path) => staleness(path, wanted));

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "derived-"));
  for (const [path, text] of wanted) if (text !== undefined) write(path, text);
});
afterEach(() => rmSync(root, { recursive: true }));

const remedy = "run `npm run check -- --update` and commit what it writes.";

test("what is as it must be is not complained about, however its JSON is laid out", () => {
  expect(sentences()).toEqual([]);
  write(golden, '{"resource":{"aws_ecs_service":{}}}');
  expect(sentences()).toEqual([]);
});

test.each([
  [
    "a wrong golden",
    golden,
    '{"resource":{"aws_ecs_service":{"web":{}}}}',
    "be what its stack makes of environments.ts",
  ],
  ["one that is no JSON", golden, "<<<<<<< HEAD", "be what its stack makes of environments.ts"],
  ["one of a stack that is gone", gone, "{}", "not be there: no stack makes it"],
  ["a stale environments.json", environments, '{"staging":{}}', "be what environments.ts says"],
  [
    "another order of services, in which they are deployed",
    environments,
    '{"staging":{"services":{"worker":{},"web":{}}}}',
    "be what environments.ts says",
  ],
  ["a workflow edited by hand", workflow, "on:\n  push:\n    branches: [trunk]\n", "be what environments.ts says"],
])("%s is one sentence with what to run", (_, path, text, must) => {
  write(path, text);
  expect(sentences()).toEqual([`${path} must ${must}; ${remedy}`]);
});

test("a file that is missing is stale", () => {
  rmSync(join(root, golden));
  expect(sentences()).toEqual([`${golden} must be what its stack makes of environments.ts; ${remedy}`]);
});

test("what is written is fresh, and what no stack makes is removed", () => {
  rmSync(join(root, "apps"), { recursive: true });
  write(gone, "{}");
  write(workflow, "on: push\n");
  writeFiles(root, wanted, staleFiles(root, wanted));
  expect(sentences()).toEqual([]);
  expect(existsSync(join(root, gone))).toBe(false);
  expect(readFileSync(join(root, workflow), "utf8")).toBe(wanted.get(workflow));
});

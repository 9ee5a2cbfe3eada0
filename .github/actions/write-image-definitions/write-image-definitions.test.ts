import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failureFrom, fakeLog } from "@slipway/core/testing/fake-log";
import { arn, fakeEcs, uri } from "@slipway/ecs-deploy/testing/fake-ecs";
import { writeImageDefinitions } from "./write-image-definitions.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "definitions-"));
});
afterEach(() => rm(folder, { recursive: true }));

function write(changes: object = {}) {
  const ecs = fakeEcs({ revisions: [{ image: uri("a") }], snapshots: [] });
  const input = {
    images: [["django_test", uri("b")]] as [string, string][],
    path: join(folder, "out/imagedefinitions.json"),
    requireDigest: true,
    taskDefinition: "",
    dryRun: false,
    ...changes,
  };
  return { ecs, work: () => writeImageDefinitions(input, { ecs: async () => ecs.client, log: fakeLog() }) };
}

test("writes exactly the JSON, in a folder it makes, and leaves no other file", async () => {
  const { ecs, work } = write();
  const { outputs } = await work();
  const text = await readFile(join(folder, "out/imagedefinitions.json"), "utf8");
  expect(text).toBe(`[{"name":"django_test","imageUri":"${uri("b")}"}]`);
  expect(outputs.json).toBe(text);
  expect(outputs.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(await readdir(join(folder, "out"))).toEqual(["imagedefinitions.json"]);
  expect(ecs.calls).toEqual([]);
});

test("checks the names against the task definition before writing", async () => {
  const good = write({ taskDefinition: arn(1) });
  await good.work();
  const { work } = write({ taskDefinition: arn(1), images: [["web", uri("b")]], path: join(folder, "bad.json") });
  const failure = await failureFrom(work);
  expect(failure.message).toContain("Container `web` is not in web:1 (has: `django_test`)");
  expect(await readdir(folder)).toEqual(["out"]);
});

test("writes nothing in a dry run", async () => {
  await write({ dryRun: true }).work();
  expect(await readdir(folder)).toEqual([]);
});

test("a path that cannot be written is named", async () => {
  await writeFile(join(folder, "file"), "");
  const failure = await failureFrom(write({ path: join(folder, "file/x.json") }).work);
  expect(failure.reason).toBe("path-not-writable");
  expect(failure.message).toContain(join(folder, "file/x.json"));
});

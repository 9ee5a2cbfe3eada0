import { failureFrom, fakeLog } from "@slipway/core/testing/fake-log";
import { arn, fakeEcs, type Script, uri } from "@slipway/ecs-deploy/testing/fake-ecs";
import { readService } from "./read-service.ts";

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const template = { image: uri("a").replace(/@.*/, ":template") };
const deployed = (letter: string) => ({ image: uri(letter), tags: [{ key: "slipway:deployed", value: "2026-11-20" }] });
const run = { key: "slipway:newest-run", value: "100" };

const at = (revision: number, rolloutState: "COMPLETED" | "IN_PROGRESS" = "COMPLETED", tags = [run]) => ({
  taskDefinition: arn(revision),
  deployments: [{ status: "PRIMARY", taskDefinition: arn(revision), rolloutState }],
  tags,
});

function read(snapshot: Script["snapshots"][number], changes: object = {}) {
  const ecs = fakeEcs({
    revisions: [template, deployed("b"), deployed("c"), { image: uri("d") }],
    snapshots: [snapshot],
  });
  const input = { cluster: "prod", services: ["web"], digest: digest("c"), ...changes };
  return { ecs, work: () => readService(input, { ecs: ecs.client, log: fakeLog() }) };
}

test("a service that is at a deployed revision with the image runs it", async () => {
  const { ecs, work } = read(at(3));
  const { outputs, summary } = await work();
  expect(outputs).toEqual({ state: "runs", revision: "web:3" });
  expect(summary).toContain("## ECS `prod/web` runs this image");
  expect(ecs.names()).toEqual(["DescribeServices", "DescribeTaskDefinition"]);
});

test.each([
  ["at another image, as after a rollback", at(2)],
  ["still on its way to it", at(3, "IN_PROGRESS")],
  ["on its way to one that was never deployed", at(4, "IN_PROGRESS")],
  [
    "at it, though it was rolled back from",
    at(3, "COMPLETED", [run, { key: "slipway:rolled-back", value: "c".repeat(16) }]),
  ],
  ["at the template after it ran something", at(1)],
])("a service that is %s does not run it", async (_, snapshot) => {
  expect((await read(snapshot).work()).outputs.state).toBe("other");
});

test.each([
  ["is at the template", at(1, "COMPLETED", [])],
  ["is at its first deployment", at(4, "IN_PROGRESS", [])],
  ["is deleted", { ...at(3), status: "INACTIVE" }],
])("a service that %s never ran anything", async (_, snapshot) => {
  expect((await read(snapshot).work()).outputs.state).toBe("never");
});

test("a service that does not exist never ran anything", async () => {
  expect((await read(at(3), { services: ["wep"] }).work()).outputs).toEqual({ state: "never", revision: "" });
});

test("a service that ran images before runs were noted is judged by its revision", async () => {
  expect((await read(at(3, "COMPLETED", [])).work()).outputs.state).toBe("runs");
  expect((await read(at(2, "COMPLETED", [])).work()).outputs.state).toBe("other");
});

describe("several services", () => {
  /** What it says of two services: the fake knows one name, and gives the next snapshot each time that it is asked. */
  async function states(...snapshots: Script["snapshots"]) {
    const ecs = fakeEcs({ revisions: [template, deployed("b"), deployed("c")], snapshots });
    const input = { cluster: "prod", digest: digest("c"), services: ["web", "web"] };
    return (await readService(input, { ecs: ecs.client, log: fakeLog() })).outputs;
  }
  const never = { ...at(1, "COMPLETED", []), status: "INACTIVE" };

  test("run it when all of them do", async () => {
    expect(await states(at(3), at(3))).toEqual({ state: "runs", revision: "web:3\nweb:3" });
    expect((await states(at(3), at(2))).state).toBe("other");
    expect((await states(at(2), at(3))).state).toBe("other");
  });

  test("never ran anything when none of them did: one that never did beside one that runs it proves nothing", async () => {
    expect((await states(never, never)).state).toBe("never");
    expect((await states(at(3), never)).state).toBe("other");
    expect((await states(never, at(3))).state).toBe("other");
  });
});

test("what cannot be read is a failure, not an answer", async () => {
  const failure = await failureFrom(read({ ...at(3), deploymentController: { type: "CODE_DEPLOY" } }).work);
  expect(failure.reason).toBe("controller-unsupported");
});

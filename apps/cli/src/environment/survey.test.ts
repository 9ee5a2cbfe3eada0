import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine, Stack } from "@slipway/terraform";
import type { AwsLeftovers } from "./leftovers.ts";
import { survey } from "./survey.ts";

const stacks = [{ name: "registry" }, { name: "service" }] as Stack[];
const leftovers = { countImages: async () => 4, runningTasks: async () => 2 } as unknown as AwsLeftovers;
const engine = (outputs: Readonly<Record<string, object>>) =>
  ({
    resources: async ({ name }: Stack) => (name in outputs ? ["a", "b"] : []),
    outputs: async ({ name }: Stack) => outputs[name],
  }) as unknown as Engine;

const web = { cluster: "c", service: "s-web", task_definition_family: "f-web" };
const full = engine({ registry: { repository_name: "r" }, service: { services: { web } } });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "survey-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("it counts resources per stack, images and running tasks", async () => {
  await expect(survey(full, stacks, leftovers, join(folder, "notes.json"))).resolves.toEqual({
    resources: { registry: 2, service: 2 },
    repositories: [{ name: "r", images: 4 }],
    services: [{ cluster: "c", service: "s-web", family: "f-web", running: 2 }],
  });
});

test("after an interrupted destroy, what it had found is remembered although the outputs are gone", async () => {
  const notes = join(folder, "env", "notes.json");
  await survey(full, stacks, leftovers, notes);
  const again = await survey(engine({}), stacks, leftovers, notes);
  expect(again.resources).toEqual({ registry: 0, service: 0 });
  expect(again.repositories.map(({ name }) => name)).toEqual(["r"]);
  expect(again.services.map(({ family }) => family)).toEqual(["f-web"]);
});

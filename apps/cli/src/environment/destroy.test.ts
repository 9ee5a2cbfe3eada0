import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import { environment } from "@slipway/infra";
import type { Engine, Stack } from "@slipway/terraform";
import { unattendedContext } from "../command-context.ts";
import { destroyCommand, leftOnPurpose, survey } from "./destroy.ts";
import type { AwsLeftovers } from "./leftovers.ts";

const { name } = environment("staging");

const destroy = async (...args: string[]) => {
  const asked: string[] = [];
  const context = unattendedContext({
    root: "/",
    folder: "/",
    variables: async (key) => {
      asked.push(key);
      throw new Error("AWS was asked for");
    },
  });
  const command = destroyCommand(context).exitOverride();
  const error = await command.parseAsync(args, { from: "user" }).catch((reason: Error) => reason);
  return { error: error as Error, message: (error as Error).message, asked };
};

test("a protected environment is refused before AWS is asked anything", async () => {
  const { message, asked } = await destroy("production", "--yes", environment("production").name);
  expect(message).toBe(
    'protection (full) of production must be "none" before it can be destroyed; ' +
      "change it in apps/infra/src/environments.ts, apply that, and run destroy again.",
  );
  expect(asked).toEqual([]);
});

test("an unknown environment is refused with the known ones", async () => {
  const { error } = await destroy("prod");
  expect(error).toBeInstanceOf(Failure);
  expect(error.message).toMatch(/environment \(prod\) must be one of local, staging, production/);
});

test("where nobody can be asked, --yes is asked for before anything else", async () => {
  const { message, asked } = await destroy("staging");
  expect(message).toBe(`destroy of staging must be confirmed; nobody can be asked here, so add --yes ${name}.`);
  expect(asked).toEqual([]);
});

test("another name after --yes is refused before anything else", async () => {
  const { message, asked } = await destroy("staging", "--yes", "staging");
  expect(message).toBe(`--yes (staging) must be ${name}; nothing was changed.`);
  expect(asked).toEqual([]);
});

describe("survey", () => {
  const stacks = [{ name: "registry" }, { name: "service" }] as Stack[];
  const leftovers = { countImages: async () => 4, runningTasks: async () => 2 } as unknown as AwsLeftovers;
  const ours = { registry: ["aws_ecr_repository.images", "aws_ecr_lifecycle_policy.images"] };
  const engine = (
    outputs: Readonly<Record<string, object>>,
    made: Readonly<Record<string, readonly string[]>> = ours,
  ) =>
    ({
      resources: async ({ name }: Stack) => (name in outputs ? (made[name] ?? ["a", "b"]) : []),
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

  test("a repository that was only looked up is not among those that are emptied", async () => {
    const found = engine({ registry: { repository_name: "team/shop" } }, { registry: [] });
    await expect(survey(found, stacks, leftovers, join(folder, "notes.json"))).resolves.toMatchObject({
      resources: { registry: 0 },
      repositories: [],
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
});

test("network and repository that were there are named as what stays", () => {
  const network = { vpcId: "vpc-0a1b2c3d4e5f67890", publicSubnetIds: [], privateSubnetIds: [] };
  const target = { ...environment("staging"), network, imageRepository: { name: "team/shop" } };
  expect(leftOnPurpose(target, { withSecrets: true })).toMatch(
    /^the network vpc-0a1b2c3d4e5f67890, which was only used; the image repository team\/shop with all its images; the stacks state and access \(/,
  );
});

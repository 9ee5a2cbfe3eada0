import { RegisterTaskDefinitionRequest$, type TaskDefinition, TaskDefinition$ } from "@aws-sdk/client-ecs";
import { failureFrom } from "@slipway/core/testing/fake-log";
import { uri } from "@slipway/ecs-deploy/testing/fake-ecs";
import { canonical, registrationOf, renderTaskDefinition } from "./task-definition.ts";

const definition: TaskDefinition = {
  taskDefinitionArn: "arn:aws:ecs:ap-northeast-2:1:task-definition/web:1",
  revision: 1,
  status: "ACTIVE",
  requiresAttributes: [],
  compatibilities: ["FARGATE"],
  registeredAt: new Date(0),
  registeredBy: "terraform",
  family: "web",
  ephemeralStorage: { sizeInGiB: 30 },
  volumes: [],
  containerDefinitions: [
    {
      name: "django_test",
      image: "registry/web:template",
      environment: [
        { name: "ALLOWED_HOSTS", value: "" },
        { name: "DEBUG", value: "0" },
      ],
      secrets: [{ name: "SECRET_KEY", valueFrom: "arn:secret" }],
      command: [],
    },
    { name: "proxy", image: `registry/nginx@sha256:${"c".repeat(64)}` },
  ],
};
const template = {
  arn: "",
  name: "web:1",
  definition,
  tags: [
    { key: "Project", value: "shop" },
    { key: "slipway:deployed", value: "x" },
  ],
};
const images = [{ name: "django_test", imageUri: uri("a") }];

test("every field stays but those that AWS adds", () => {
  const rendered = renderTaskDefinition(template, { images, environment: [] });
  expect(Object.keys(rendered).sort()).toEqual([
    "containerDefinitions",
    "ephemeralStorage",
    "family",
    "tags",
    "volumes",
  ]);
  const [container, proxy] = rendered.containerDefinitions ?? [];
  expect(container).toEqual({ ...definition.containerDefinitions?.[0], image: uri("a") });
  expect(proxy).toBe(definition.containerDefinitions?.[1]);
  expect(rendered.tags).toEqual([{ key: "Project", value: "shop" }]);
});

test("what AWS adds is what the SDK knows of a task definition and not of its registration", () => {
  const known: readonly string[] = TaskDefinition$[4];
  const described = { arn: "", name: "", definition: Object.fromEntries(known.map((name) => [name, "x"])), tags: [] };
  const registered = RegisterTaskDefinitionRequest$[4].filter((name: string) => name !== "tags");
  expect(Object.keys(registrationOf(described)).sort()).toEqual(registered.toSorted());
});

test("variables are set on containers that get an image, and replace those of the same name", () => {
  const rendered = renderTaskDefinition(template, {
    images,
    environment: [
      ["DEBUG", "1"],
      ["IMAGE_DIGEST", "sha256:a"],
    ],
  });
  expect(rendered.containerDefinitions?.[0]?.environment).toEqual([
    { name: "ALLOWED_HOSTS", value: "" },
    { name: "DEBUG", value: "1" },
    { name: "IMAGE_DIGEST", value: "sha256:a" },
  ]);
  expect(rendered.containerDefinitions?.[1]).not.toHaveProperty("environment");
});

test("a container left with the placeholder is named", async () => {
  const failure = await failureFrom(() =>
    renderTaskDefinition(template, { images: [{ name: "proxy", imageUri: uri("a") }], environment: [] }),
  );
  expect(failure.reason).toBe("image-missing");
  expect(failure.message).toContain("Container `django_test` of web:1");
});

test("a container that is not in the template is named with those that are", async () => {
  const failure = await failureFrom(() =>
    renderTaskDefinition(template, { images: [{ name: "django", imageUri: uri("a") }], environment: [] }),
  );
  expect(failure.message).toContain("Container `django` is not in web:1 (has: `django_test`, `proxy`)");
});

test("a variable with the name of a secret is refused, because ECS would refuse it", async () => {
  const failure = await failureFrom(() =>
    renderTaskDefinition(template, { images, environment: [["SECRET_KEY", "x"]] }),
  );
  expect(failure.reason).toBe("environment-conflict");
});

test("content is the same whatever the order of keys, variables and tags, and whether an empty list is written", () => {
  const one = {
    family: "web",
    tags: [{ key: "b" }, { key: "a" }],
    environment: [{ name: "B" }, { name: "A" }],
    volumes: [],
  };
  const two = {
    environment: [{ name: "A" }, { name: "B" }],
    tags: [{ key: "a" }, { key: "b" }],
    family: "web",
    command: undefined,
  };
  expect(canonical(one)).toBe(canonical(two));
});

test("content differs where order or an empty text means something", () => {
  expect(canonical({ command: ["a", "b"] })).not.toBe(canonical({ command: ["b", "a"] }));
  expect(canonical({ environment: [{ name: "A", value: "" }] })).not.toBe(canonical({ environment: [{ name: "A" }] }));
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { uri } from "@slipway/ecs-deploy/testing/fake-ecs";
import { changedFields } from "./changed-fields.ts";

// biome-ignore lint/suspicious/noExplicitAny: fields that the SDK does not know are changed here
type Shape = any;

const newer: Shape = JSON.parse(readFileSync(join(__dirname, "fixtures/newer-than-the-sdk.json"), "utf8"));

const definition: Shape = {
  family: "web",
  cpu: "256",
  taskRoleArn: "arn:aws:iam::111111111111:role/web-task",
  runtimePlatform: { cpuArchitecture: "X86_64", operatingSystemFamily: "LINUX" },
  requiresCompatibilities: ["FARGATE"],
  enableFaultInjection: false,
  volumes: [{ name: "tmp", dockerVolumeConfiguration: { scope: "task", driverOpts: { size: "10" } } }],
  placementConstraints: [{ type: "memberOf", expression: "attribute:zone == a" }],
  proxyConfiguration: { containerName: "proxy", properties: [{ name: "AppPorts", value: "8000" }] },
  tags: [{ key: "Project", value: "shop" }],
  containerDefinitions: [
    {
      name: "django",
      image: uri("a"),
      essential: true,
      stopTimeout: 45,
      command: ["gunicorn", "config.wsgi"],
      environment: [{ name: "DEBUG", value: "0" }],
      secrets: [{ name: "SECRET_KEY", valueFrom: "arn:aws:ssm:eu-west-1:111111111111:parameter/shop/SECRET_KEY" }],
      portMappings: [{ containerPort: 8000, protocol: "tcp" }],
      healthCheck: { command: ["CMD", "true"], interval: 5 },
      dependsOn: [{ containerName: "proxy", condition: "HEALTHY" }],
      linuxParameters: { capabilities: { drop: ["ALL"] }, tmpfs: [{ containerPath: "/run", size: 8 }] },
      logConfiguration: { logDriver: "splunk", options: { "splunk-token": "Larch-7-fox", "splunk-index": "shop" } },
      restartPolicy: { enabled: true, ignoredExitCodes: [3] },
    },
    { name: "proxy", image: uri("c"), dockerLabels: { team: "shop" } },
  ],
};

const copy = (value: Shape): Shape => JSON.parse(JSON.stringify(value));

/** Every value in a shape, with the way to it; a list of values is one. */
function leaves(value: Shape, way: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  const isLeaf = typeof value !== "object" || (Array.isArray(value) && value.every((item) => typeof item !== "object"));
  if (isLeaf) return [way];
  return Object.keys(value).flatMap((key) => leaves(value[key], [...way, Array.isArray(value) ? Number(key) : key]));
}

function changed(shape: Shape, way: readonly (string | number)[], change: (value: Shape) => Shape): Shape {
  const all = copy(shape);
  const holder = way.slice(0, -1).reduce((value, key) => value[key], all);
  const last = way.at(-1) as string;
  holder[last] = change(holder[last]);
  return all;
}

const other = (value: Shape) =>
  typeof value === "number"
    ? value + 1
    : typeof value === "boolean"
      ? !value
      : Array.isArray(value)
        ? ["x"]
        : `${value}x`;

const values = [
  ["all kinds of fields", definition],
  ["fields newer than the SDK", newer],
].flatMap(([title, shape]) =>
  leaves(shape)
    // Another name is another item, and an empty list is no value.
    .filter((way) => way.length === 1 || !/^(name|key)$/.test(String(way.at(-1))))
    .filter((way) => String(way.reduce((value, key) => value[key], shape)) !== "")
    .map((way) => [title, way.join("."), shape, way] as const),
);

test.each(values)("of %s, a change of %s is the one that is named", (_, __, shape, way) => {
  const names = way.filter((key) => typeof key === "string");
  // Of what may hold anything, the name of the item is all.
  const isHidden = names.some((name) => name === "environment" || name === "secrets");
  const expected = (isHidden ? names.slice(0, -1) : names).join(".");
  for (const change of [other, () => undefined]) {
    const rows = changedFields(shape, changed(shape, way, change));
    expect(rows.map(({ field }) => field.replace(/\[[^\]]*\]/g, ""))).toEqual([expected]);
  }
});

test("a difference is path, old and new; items go by their names", () => {
  const after = copy(definition);
  Object.assign(after, { cpu: "512", enableFaultInjection: true });
  const [django, proxy] = after.containerDefinitions;
  Object.assign(django, { image: uri("b"), command: ["gunicorn", "--workers", "4"], stopTimeout: undefined });
  django.portMappings[0].notYetKnownPort = "x";
  after.containerDefinitions = [proxy, django];
  expect(changedFields(definition, after).map(({ field, before, after }) => `${field}: ${before} → ${after}`)).toEqual([
    `containerDefinitions[django].command: ["gunicorn", "config.wsgi"] → ["gunicorn", "--workers", "4"]`,
    `containerDefinitions[django].image: ${uri("a")} → ${uri("b")}`,
    "containerDefinitions[django].portMappings[0].notYetKnownPort: none → x",
    "containerDefinitions[django].stopTimeout: 45 → none",
    "containerDefinitions: django, proxy → proxy, django",
    "cpu: 256 → 512",
    "enableFaultInjection: false → true",
  ]);
});

test("a container that comes or goes is named with all that it has", () => {
  const { containerDefinitions, ...rest } = definition;
  const without = { ...rest, containerDefinitions: containerDefinitions.slice(0, 1) };
  const rows = changedFields(without, definition);
  expect(rows).toEqual([
    { field: "containerDefinitions[proxy].dockerLabels.team", before: "none", after: "shop" },
    { field: "containerDefinitions[proxy].image", before: "none", after: uri("c") },
    { field: "containerDefinitions[proxy].name", before: "none", after: "proxy" },
  ]);
  expect(changedFields(definition, without).map(({ field }) => field)).toEqual(rows.map(({ field }) => field));
});

test("variables and secrets are named without their values", () => {
  const after = copy(definition);
  const [django] = after.containerDefinitions;
  django.environment = [
    { name: "NEW", value: "hunter3" },
    { name: "DEBUG", value: "hunter2" },
  ];
  django.secrets = [];
  expect(changedFields(definition, after)).toEqual([
    { field: "containerDefinitions[django].environment[DEBUG]", before: "", after: "changed" },
    { field: "containerDefinitions[django].environment[NEW]", before: "", after: "added" },
    { field: "containerDefinitions[django].secrets[SECRET_KEY]", before: "", after: "removed" },
  ]);
});

test.each([
  [
    "an option with the name of a secret",
    (django: Shape) => Object.assign(django.logConfiguration.options, { "splunk-token": "Larch-8-fox" }),
  ],
  [
    "an argument after a flag",
    (django: Shape) => Object.assign(django, { command: ["worker", "--password", "Larch-8-fox"] }),
  ],
  ["a login in a URL", (django: Shape) => Object.assign(django, { notYetKnown: "postgres://app:Larch-8-fox@db/app" })],
  [
    "a field that is newer than the SDK",
    (django: Shape) => Object.assign(django, { notYetKnown: { password: "Larch-8-fox is long" } }),
  ],
])("%s is hidden, as in a plan", (_, change) => {
  const after = copy(definition);
  change(after.containerDefinitions[0]);
  const [row, ...more] = changedFields(definition, after);
  expect(more).toEqual([]);
  expect(row?.field).toMatch(/^containerDefinitions\[django\]\./);
  expect(JSON.stringify(row)).not.toContain("Larch");
});

test("nothing is changed where only the order of variables, secrets, tags and volumes is, or an empty list is written", () => {
  const after = copy(definition);
  after.containerDefinitions[0].environment.push({ name: "A", value: "1" });
  const turned = copy(after);
  turned.containerDefinitions[0].environment.reverse();
  turned.containerDefinitions[1].mountPoints = [];
  expect(changedFields(after, turned)).toEqual([]);
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environment } from "./environments.ts";
import { updateWorkflowEnvironments } from "./testing/update-workflow-environments.ts";
import { workflowApp, workflowEnvironments } from "./workflow-environments.ts";

type Resources = Readonly<Record<string, Readonly<Record<string, { readonly name: string }>>>>;

// biome-ignore lint/style/noProcessEnv: jest takes no flags of ours; this one rewrites the goldens.
if (process.env.UPDATE_GOLDEN === "1") updateWorkflowEnvironments();

/** Names of all resources of a type in a stack, by its golden: synthesized again, it would cost a tenth of a second. */
function names(environment: string, stack: string, type: string): readonly string[] {
  const golden = readFileSync(join(__dirname, `../golden/${environment}/${stack}.tf.json`), "utf8");
  const resources: Resources = JSON.parse(golden).resource;
  return Object.values(resources[type] ?? {}).map(({ name }) => name);
}

test("the names of cluster, services and roles are those that the stacks make", () => {
  for (const [key, { services, roles }] of Object.entries(workflowEnvironments())) {
    const own = Object.values(services);
    expect(names(key, "service", "aws_ecs_service")).toEqual(own.map(({ service }) => service));
    expect(names(key, "service", "aws_ecs_cluster")).toEqual([...new Set(own.map(({ cluster }) => cluster))]);
    const wanted = Object.values(roles).map((arn) => arn.replace(/^.*role\//, ""));
    expect(names(key, "access", "aws_iam_role").toSorted()).toEqual(wanted.toSorted());
  }
});

test("the check is told a version path only where a service has one", () => {
  const services = Object.keys(workflowEnvironments()).map((key) => [key, environment(key).services.web] as const);
  const paths = services.map(([key]) => workflowEnvironments()[key]?.services.web?.versionPath);
  expect(paths).toEqual(services.map(([, web]) => web?.versionPath));
  expect(new Set(paths)).toEqual(new Set(["/version"]));
});

test("an environment without a bucket for its state is none of the workflows'", () => {
  expect(Object.keys(workflowEnvironments())).not.toContain("local");
});

test("the image's paths are from the repository's root, its platform is that of the services", () => {
  const { app, services } = environment("staging");
  const arm = Object.fromEntries(
    Object.entries(services).map(([key, service]) => [key, { ...service, architecture: "ARM64" as const }]),
  );
  const elsewhere = {
    folder: "shop/src",
    context: "..",
    dockerfile: "../../docker/production.Dockerfile",
    target: "app",
  };
  expect(workflowApp({ app: { ...app, ...elsewhere, buildArgs: { EDITION: "full" } }, services: arm })).toEqual({
    folder: "shop/src",
    context: "shop",
    dockerfile: "docker/production.Dockerfile",
    target: "app",
    buildArgs: { EDITION: "full" },
    platform: "linux/arm64",
  });
  const atRoot = workflowApp({ app: { ...app, folder: "." }, services });
  expect(atRoot).toMatchObject({ folder: ".", context: ".", dockerfile: "Dockerfile", platform: "linux/amd64" });
});

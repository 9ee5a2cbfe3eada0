import { environment } from "../environments.ts";
import { stacksOf } from "../testing/stacks-of.ts";

const own = environment("staging");
const { web } = own.services;
const { port: _port, healthCheckPath: _path, versionPath: _version, ...common } = web ?? {};
const without = stacksOf(own);
const stacks = stacksOf({
  ...own,
  services: { web: { ...web, media: "bucket" }, worker: { ...common, media: "bucket" }, other: common },
} as typeof own);

const variables = (service: string) => {
  const { container_definitions } = stacks.service?.at("aws_ecs_task_definition", `${service}_task_definition`) ?? {};
  return JSON.parse(container_definitions)[0].environment as { readonly name: string; readonly value: string }[];
};

test("uploads have a stack of their own, and only where a service has some", () => {
  expect(Object.keys(without)).not.toContain("media");
  expect(JSON.stringify(without)).not.toContain("MEDIA_BUCKET");
  expect(Object.keys(stacks)).toEqual([...Object.keys(without), "media"].sort());
  expect(stacks.media?.one("aws_s3_bucket").bucket).toBe(`${own.name}-media-${own.account}`);
  expect(stacks.media?.output("media_bucket")).toMatch(/^\$\{aws_s3_bucket\.\w+\.bucket\}$/);
});

test("every service that says so is told of the one bucket and may use it, no other", () => {
  const told = (service: string) => variables(service).find(({ name }) => name === "MEDIA_BUCKET")?.value;
  expect(told("web")).toMatch(/^\$\{data\.terraform_remote_state\.cross-stack-reference-input-media\./);
  expect(told("worker")).toBe(told("web"));
  expect(told("other")).toBeUndefined();
  const granted = stacks.service?.named("aws_iam_role_policy").filter(([, { name }]) => name === "media") ?? [];
  expect(granted.map(([name]) => name.split("_")[0])).toEqual(["web", "worker"]);
  const { Statement } = JSON.parse(granted[0]?.[1].policy);
  expect(Statement.map(({ Resource }: { Resource: string }) => Resource)).toEqual([
    expect.stringMatching(/outputs\.cross-stack-output-aws_s3_bucketmedia_\w+arn\}\/\*$/),
    expect.stringMatching(/outputs\.cross-stack-output-aws_s3_bucketmedia_\w+arn\}$/),
  ]);
});

test("the boundary of tasks leaves them what they are granted, where there are uploads", () => {
  const uploads = (of: typeof stacks) =>
    JSON.parse(of.access?.at("aws_iam_policy", "boundary_policy").policy).Statement.find(
      ({ Sid }: { Sid: string }) => Sid === "Uploads",
    );
  const arn = `arn:aws:s3:::${own.name}-media-${own.account}`;
  expect(uploads(without)).toBeUndefined();
  expect(uploads(stacks).Resource).toEqual([arn, `${arn}/*`]);
  const { Statement } = JSON.parse(stacks.service?.at("aws_iam_role_policy", "web_task_roles_task_media").policy);
  const granted = Statement.flatMap(({ Action }: { Action: string[] }) => Action);
  expect(uploads(stacks).Action).toEqual(expect.arrayContaining(granted));
});

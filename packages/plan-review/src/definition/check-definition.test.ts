import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  aws,
  type Block,
  backend,
  CheckFolders,
  provider,
  remoteState,
  resource,
  stack,
  terraform,
} from "../testing/check-folders.ts";

let root: string;
let folders: CheckFolders;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "definition-"));
  folders = new CheckFolders(root);
});
afterEach(() => rmSync(root, { recursive: true }));

const check = (more: Block) => folders.check(more);
const refused = (more: Block) => folders.refused(more);

test("what a pull request may change is accepted", async () => {
  const extra = stack("cache", {
    ...aws(provider, { ...provider, alias: "global", region: "us-east-1", default_tags: [{ tags: {} }] }),
    ...terraform({
      backend: { s3: backend("staging/cache.tfstate") },
      required_providers: { aws: { source: "hashicorp/aws", version: "6.25.0" } },
    }),
    data: {
      ...remoteState(backend("staging/service.tfstate")),
      aws_ssm_parameter: { ami: { name: "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id" } },
      aws_iam_openid_connect_provider: { github: { url: "https://token.actions.githubusercontent.com" } },
    },
    resource: {
      aws_acm_certificate: {
        c: {
          provider: "aws.global",
          lifecycle: { ignore_changes: "all", replace_triggered_by: ["aws_vpc.vpc.cidr_block"] },
        },
      },
      aws_vpc: { vpc: { cidr_block: "10.0.0.0/16" } },
    },
    moved: [{ from: "aws_vpc.old", to: "aws_vpc.vpc" }],
    removed: { from: "aws_subnet.a", lifecycle: { destroy: false } },
    import: [{ to: 'aws_vpc.other["a"]', id: "vpc-1" }],
    check: { up: { assert: [{ condition: "${aws_vpc.vpc.enable_dns_support}", error_message: "must have DNS" }] } },
  });
  expect(await check({ cache: extra })).toEqual(["cache", "network", "service"]);
});

describe("refused by name", () => {
  test("a second provider", async () => {
    expect(await refused({ provider: { aws: [provider], random: [{}] } })).toBe(
      "`provider.random` in `staging/service.json` must be left out: main does not know it in providers; correct it, or first merge what teaches main (docs/reviewed-plan.md, What main accepts).",
    );
    const random = { aws: { source: "hashicorp/aws", version: "5.100.0" }, random: { source: "hashicorp/random" } };
    expect(await refused(terraform({ required_providers: random }))).toContain("`terraform.required_providers.random`");
    expect(await refused({ resource: { random_id: { x: {} } } })).toContain("resources other than those of AWS");
    expect(await refused({ resource: { terraform_data: { x: {} } } })).toContain("`resource.terraform_data`");
  });

  test("shared_config_files", async () => {
    const what = await refused(aws({ ...provider, shared_config_files: ["/tmp/config"] }));
    expect(what).toContain("`provider.aws[0].shared_config_files` in `staging/service.json` must be left out");
  });

  test("endpoints", async () => {
    const what = await refused(aws({ ...provider, endpoints: [{ s3: "http://evil.example" }] }));
    expect(what).toContain("`provider.aws[0].endpoints` in `staging/service.json` must be left out");
  });

  test("assume_role", async () => {
    const role = [{ role_arn: "arn:aws:iam::1:role/x" }];
    expect(await refused(aws({ ...provider, assume_role: role }))).toContain("`provider.aws[0].assume_role`");
    const state = { s3: { ...backend("staging/service.tfstate"), assume_role: role } };
    expect(await refused(terraform({ backend: state }))).toContain("`terraform.backend.s3.assume_role`");
  });

  test("another backend key", async () => {
    expect(await refused(terraform({ backend: { s3: backend("staging/network.tfstate") } }))).toContain(
      "`terraform.backend.s3.key` in `staging/service.json` (`staging/network.tfstate`) must be `staging/service.tfstate`: main does not know a backend with another value",
    );
  });

  test("remote state over http", async () => {
    const state = { backend: "http", config: { address: "http://evil.example" } };
    expect(await refused({ data: { terraform_remote_state: { network: state } } })).toContain(
      "`data.terraform_remote_state.network.backend` in `staging/service.json` must be `s3`: main does not know states elsewhere",
    );
  });

  test("remote state of another environment's key", async () => {
    expect(await refused({ data: remoteState(backend("production/network.tfstate")) })).toContain(
      "`data.terraform_remote_state.network.config` in `staging/service.json` (`states-111111111111 production/network.tfstate ap-northeast-2`) must name a state that this environment may read",
    );
  });

  test("aws_secretsmanager_secret_version", async () => {
    const data = { aws_secretsmanager_secret_version: { s: { secret_id: "shop" } } };
    expect(await refused({ data })).toContain("main does not know the data source `aws_secretsmanager_secret_version`");
  });

  test("aws_lambda_invocation", async () => {
    const data = { aws_lambda_invocation: { s: { function_name: "f", input: "{}" } } };
    expect(await refused({ data })).toContain("main does not know the data source `aws_lambda_invocation`");
  });

  test("file in a tag", async () => {
    expect(await refused(resource({ tags: { Name: '${file("/proc/self/environ")}' } }))).toContain(
      "`resource.aws_lb.lb.tags.Name` in `staging/service.json` must call no function but those in main's table: main does not know the function `file`",
    );
    const tags = [{ tags: { Name: '${file("/proc/self/environ")}' } }];
    expect(await refused(aws({ ...provider, default_tags: tags }))).toContain("default_tags[0].tags.Name");
  });

  test("file inside templatestring", async () => {
    const value = '${templatestring("$${file(\\"/proc/self/environ\\")}", {})}';
    expect(await refused(resource({ tags: { Name: value } }))).toContain("the function `templatestring`");
  });

  test("local-exec", async () => {
    const provisioner = { "local-exec": { command: "env" } };
    expect(await refused(resource({ provisioner }))).toContain("`resource.aws_lb.lb.provisioner`");
    expect(await refused(resource({ provisioner: [provisioner] }))).toContain("`resource.aws_lb.lb.provisioner`");
    expect(await refused({ removed: { from: "aws_vpc.vpc", provisioner } })).toContain("`removed.provisioner`");
  });
});

test.each([
  ["module", { module: { m: { source: "./m" } } }],
  ["variable", { variable: { v: { default: 1 } } }],
  ["ephemeral", { ephemeral: { aws_secretsmanager_secret_version: { s: {} } } }],
  ["action", { action: { aws_lambda_invoke: { a: {} } } }],
  ["list", { list: { aws_vpc: { v: {} } } }],
  ["check.up.data", { check: { up: { data: { aws_vpc: { v: {} } }, assert: [] } } }],
  ['["resource?"]', { "resource!": {} }],
  ["terraform.cloud", terraform({ cloud: { organization: "evil" } })],
  ["terraform.provider_meta", terraform({ provider_meta: { aws: {} } })],
  ["terraform.experiments", terraform({ experiments: ["x"] })],
  ["terraform.encryption", terraform({ encryption: { key_provider: { external: { x: { command: ["env"] } } } } })],
  ["terraform.required_version", terraform({ required_version: '${file("/etc/passwd")}' })],
  ["terraform.required_version", terraform({ required_version: ">= 1.0.0, != 1.11.4" })],
  ["terraform.backend.http", terraform({ backend: { http: { address: "http://evil.example" } } })],
  ["terraform.backend", terraform({ backend: [{ s3: backend("staging/service.tfstate") }] })],
  [
    "terraform.backend.s3.profile",
    terraform({ backend: { s3: { ...backend("staging/service.tfstate"), profile: "x" } } }),
  ],
  [
    "terraform.backend.s3.encrypt",
    terraform({ backend: { s3: { ...backend("staging/service.tfstate"), encrypt: "true" } } }),
  ],
  [
    "terraform.backend.s3.use_lockfile",
    terraform({
      backend: {
        s3: { bucket: "states-111111111111", encrypt: true, key: "staging/service.tfstate", region: "ap-northeast-2" },
      },
    }),
  ],
  [
    "terraform.required_providers.aws.source",
    terraform({ required_providers: { aws: { source: "evil.example/hashicorp/aws", version: "5.100.0" } } }),
  ],
  [
    "terraform.required_providers.aws.version",
    terraform({ required_providers: { aws: { source: "hashicorp/aws", version: ">= 5.0.0" } } }),
  ],
  [
    "terraform.required_providers.aws.version",
    terraform({ required_providers: { aws: { source: "hashicorp/aws", version: "4.67.0" } } }),
  ],
  [
    "terraform.required_providers.aws.configuration_aliases",
    terraform({
      required_providers: { aws: { source: "hashicorp/aws", version: "5.100.0", configuration_aliases: [] } },
    }),
  ],
  ["terraform.required_providers.aws", terraform({ required_providers: {} })],
  ["provider.aws", { provider: { aws: provider } }],
  ["provider.aws", { provider: { aws: [] } }],
  ["provider.aws[0].region", aws({ ...provider, region: "eu-west-1" })],
  ["provider.aws[0].allowed_account_ids", aws({ ...provider, allowed_account_ids: ["222222222222"] })],
  ["provider.aws[0].ignore_tags", aws({ ...provider, ignore_tags: [] })],
  ["provider.aws[0].alias", aws({ ...provider, alias: "x" })],
  ["provider.aws[0].profile", aws({ ...provider, profile: "admin" })],
  ["provider.aws[0].skip_credentials_validation", aws({ ...provider, skip_credentials_validation: true })],
  ["provider.aws[0].default_tags[0].tags.a", aws({ ...provider, default_tags: [{ tags: { a: 1 } }] })],
  ["provider.aws[1].region", aws(provider, { ...provider, alias: "west", region: "us-west-2" })],
  ["provider.aws[1].alias", aws(provider, provider)],
  [
    "provider.aws",
    aws(provider, { ...provider, alias: "a", region: "us-east-1" }, { ...provider, alias: "b", region: "us-east-1" }),
  ],
  ["data.external", { data: { external: { x: { program: ["env"] } } } }],
  ["data.http", { data: { http: { x: { url: "http://evil.example" } } } }],
  ["data.local_file", { data: { local_file: { x: { filename: "/proc/self/environ" } } } }],
  ["data.aws_s3_object", { data: { aws_s3_object: { x: { bucket: "b", key: "k" } } } }],
  ["data.aws_ssm_parameter.x.name", { data: { aws_ssm_parameter: { x: { name: "/shop/web/SECRET_KEY" } } } }],
  ["data.aws_ssm_parameter.x.name", { data: { aws_ssm_parameter: { x: { name: "/aws/service/../../shop" } } } }],
  ["data.aws_ssm_parameter.x.name", { data: { aws_ssm_parameter: { x: { name: "/aws/service/${aws_lb.lb.name}" } } } }],
  [
    "data.aws_ssm_parameter.x.with_decryption",
    { data: { aws_ssm_parameter: { x: { name: "/aws/service/a", with_decryption: true } } } },
  ],
  [
    "data.aws_iam_openid_connect_provider.x.for_each",
    { data: { aws_iam_openid_connect_provider: { x: { url: "https://a.example", for_each: {} } } } },
  ],
  [
    "data.terraform_remote_state.network.defaults",
    { data: remoteState(backend("staging/network.tfstate"), { defaults: {} }) },
  ],
  [
    "data.terraform_remote_state.network.workspace",
    { data: remoteState(backend("staging/network.tfstate"), { workspace: "other" }) },
  ],
  [
    "data.terraform_remote_state.network.config.endpoints",
    { data: remoteState({ ...backend("staging/network.tfstate"), endpoints: {} }) },
  ],
  [
    "data.terraform_remote_state.network.config",
    { data: remoteState({ ...backend("staging/network.tfstate"), bucket: "evil" }) },
  ],
  ["data.terraform_remote_state.network.config.key", { data: remoteState(backend("${aws_lb.lb.name}")) }],
  ['data.terraform_remote_state["a.?"]', { data: { terraform_remote_state: { "a.*": { backend: "s3" } } } }],
  ["resource.aws_lb", { resource: { aws_lb: [{ lb: {} }] } }],
  ["resource", { resource: [{ aws_lb: { lb: {} } }] }],
  ["resource.aws_lb.lb", { resource: { aws_lb: { lb: [{}, {}] } } }],
  ['resource.aws_lb["a b"]', { resource: { aws_lb: { "a b": {} } } }],
  ["resource.aws_lb.lb.connection", resource({ connection: { host: "evil.example" } })],
  ["resource.aws_lb.lb.count", resource({ count: 100_000 })],
  ["resource.aws_lb.lb.for_each", resource({ for_each: '${fileset("/", "*")}' })],
  ["resource.aws_lb.lb.dynamic", resource({ dynamic: { subnet_mapping: { for_each: [1], content: {} } } })],
  [
    "resource.aws_lb.lb.subnet_mapping[0].dynamic",
    resource({ subnet_mapping: [{ dynamic: { x: { for_each: [1] } } }] }),
  ],
  ["resource.aws_lb.lb._", resource({ _: { count: 1 } })],
  ["resource.aws_lb.lb.provider", resource({ provider: "aws.west" })],
  ["resource.aws_lb.lb.depends_on[0]", resource({ depends_on: ['${file("/etc/passwd")}'] })],
  ["resource.aws_lb.lb.depends_on[0]", resource({ depends_on: ["module.m"] })],
  [
    "resource.aws_lb.lb.lifecycle.precondition",
    resource({ lifecycle: { precondition: { condition: '${fileexists("/etc/passwd")}', error_message: "x" } } }),
  ],
  [
    "resource.aws_lb.lb.lifecycle.postcondition",
    resource({ lifecycle: { postcondition: { condition: "${self.internal}", error_message: "x" } } }),
  ],
  ["resource.aws_lb.lb.lifecycle.action_trigger", resource({ lifecycle: { action_trigger: {} } })],
  ["resource.aws_lb.lb.lifecycle.prevent_destroy", resource({ lifecycle: { prevent_destroy: "${false}" } })],
  [
    "resource.aws_lb.lb.lifecycle.ignore_changes[0]",
    resource({ lifecycle: { ignore_changes: ['${file("/etc/passwd")}'] } }),
  ],
  [
    "resource.aws_lb.lb.lifecycle.replace_triggered_by[0]",
    resource({ lifecycle: { replace_triggered_by: ['file("/etc/passwd")'] } }),
  ],
  ['resource.aws_lb.lb.tags["??file??/etc/passwd???"]', resource({ tags: { '${file("/etc/passwd")}': "a" } })],
  ['resource.aws_lb.lb["//"].metadata', resource({ "//": { metadata: '${file("/etc/passwd")}' } })],
  ["output.x.value[0]", { output: { x: { value: ['${file("/etc/passwd")}'] } } }],
  ["output.x.value.0", { output: { x: { value: { 0: '${file("/etc/passwd")}' } } } }],
  ["output.x.precondition", { output: { x: { value: 1, precondition: {} } } }],
  ["output.x.ephemeral", { output: { x: { value: 1, ephemeral: true } } }],
  ["output.x.description", { output: { x: { value: 1, description: '${file("/etc/passwd")}' } } }],
  ["locals.x", { locals: { x: "${aws_lb.lb.arn}" } }],
  ["moved.from", { moved: { from: "module.m.aws_lb.lb", to: "aws_lb.lb" } }],
  ["moved[0].to", { moved: [{ from: "aws_lb.a", to: '${file("/etc/passwd")}' }] }],
  ["import.id", { import: { to: "aws_lb.lb", id: '${file("/etc/passwd")}' } }],
  ["import.for_each", { import: { to: "aws_lb.lb", id: "a", for_each: [] } }],
  ["import.provider", { import: { to: "aws_lb.lb", id: "a", provider: "aws.other" } }],
  ["removed.from", { removed: { from: "module.m", lifecycle: { destroy: false } } }],
  ["check.up.assert.condition", { check: { up: { assert: { condition: '${file("/x") == ""}', error_message: "" } } } }],
] as const)("%s is refused, with its path: %#", async (path, more) => {
  const what = await refused(more as Block);
  expect(what).toContain(`\`${path}\` in \`staging/service.json\``);
  expect(what).toContain("main does not know");
});

test("a comment at the top is no place for a template", async () => {
  expect(await refused({ "//": '${file("/etc/passwd")}' })).toContain(
    '`["//"]` in `staging/service.json` must hold no template',
  );
});

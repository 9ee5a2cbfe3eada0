import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStacks } from "@slipway/terraform";
import {
  aws,
  type Block,
  backend,
  CheckFolders,
  provider,
  service,
  stack,
  terraform,
} from "../testing/check-folders.ts";
import { checkOwnStacks, checkStacks, mainEnvironment } from "./check-stacks.ts";

let root: string;
let folders: CheckFolders;
let from: string;
let to: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "definition-"));
  folders = new CheckFolders(root);
  ({ from, to } = folders);
});
afterEach(() => rmSync(root, { recursive: true }));

const check = (more: Block = {}) => folders.check(more);
const refused = (more: Block) => folders.refused(more);
const write = (name: string, content: unknown) => folders.write(name, content);

test("what is accepted is written anew, as Terraform's part reads it", async () => {
  expect(await check()).toEqual(["network", "service"]);
  expect(readdirSync(to)).toEqual(["stacks"]);
  expect(readStacks(to)).toMatchObject([
    { name: "network", upstreams: [] },
    { name: "service", upstreams: ["network"], reads: [{ upstream: "network", output: "subnet" }] },
  ]);
  expect(JSON.parse(readFileSync(join(to, "stacks", "service", "cdk.tf.json"), "utf8"))).toEqual(service());
});

test("the same stacks in another writing are the same text", async () => {
  await check();
  const first = readFileSync(join(to, "stacks", "service", "cdk.tf.json"), "utf8");
  rmSync(to, { recursive: true });
  const { terraform: last, ...rest } = service();
  write("staging/service.json", JSON.stringify({ terraform: last, ...rest }, null, 7).replaceAll("$", "\\u0024"));
  await check();
  expect(readFileSync(join(to, "stacks", "service", "cdk.tf.json"), "utf8")).toBe(first);
});

test("a synth of main goes through the same door; its manifest decides nothing", async () => {
  await check();
  rmSync(to, { recursive: true });
  const main = folders.main;
  writeFileSync(join(main, "staging", "manifest.json"), "no JSON at all");
  const read = await mainEnvironment(join(main, "staging"));
  expect(read).toMatchObject({
    account: "111111111111",
    backend: { type: "s3", bucket: "states-111111111111", region: "ap-northeast-2", keyPrefix: "staging/" },
  });
  expect(await checkStacks({ from: main, to, environment: "staging", main: read })).toEqual(["network", "service"]);
});

describe("what an apply reads of main", () => {
  const own = () => checkOwnStacks({ stacksDir: join(folders.main, "staging"), to, environment: "staging" });
  const textOf = (name: string) => readFileSync(join(to, "stacks", name, "cdk.tf.json"), "utf8");

  test("is the text that was reviewed, however main writes it", async () => {
    await check();
    const reviewed = textOf("service");
    rmSync(to, { recursive: true });
    const path = join(folders.main, "staging", "stacks", "service", "cdk.tf.json");
    const { terraform: last, ...rest } = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify({ terraform: last, ...rest }, null, 7));
    expect(await own()).toEqual(["network", "service"]);
    expect(textOf("service")).toBe(reviewed);
  });

  test("is refused where it holds what the form does not know", async () => {
    await check();
    rmSync(to, { recursive: true });
    const path = join(folders.main, "staging", "stacks", "service", "cdk.tf.json");
    const json = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify({ ...json, resource: { terraform_data: { it: {} } } }));
    await expect(own()).rejects.toMatchObject({
      reason: "stacks-invalid",
      what: expect.stringContaining("`resource.terraform_data` in `staging/stacks/service/cdk.tf.json`"),
    });
    expect(existsSync(to)).toBe(false);
  });
});

describe("refused by name", () => {
  test("a .tf beside the JSON", async () => {
    write("staging/evil.tf", "");
    expect(await refused({})).toContain(
      "`staging/evil.tf` must be left out: main does not know files but `<stack>.json`",
    );
  });

  test("a link in the artifact", async () => {
    mkdirSync(join(from, "staging"), { recursive: true });
    writeFileSync(join(root, "elsewhere.json"), JSON.stringify(stack("service")));
    symlinkSync(join(root, "elsewhere.json"), join(from, "staging", "service.json"));
    expect(await refused({})).toContain("`staging/service.json` must be a plain file: main does not know links");
    rmSync(from, { recursive: true });
    mkdirSync(join(root, "folder"));
    mkdirSync(from);
    symlinkSync(join(root, "folder"), join(from, "staging"));
    expect(await refused({})).toContain("`staging` must be a folder");
  });

  test("a file of 50 MB", async () => {
    write("staging/service.json", "{}");
    truncateSync(join(from, "staging", "service.json"), 50_000_000);
    expect(await refused({})).toContain("`staging/service.json` must have at most 5 MB");
  });

  test("keys __proto__ and doubled keys", async () => {
    write("staging/service.json", '{"resource":{"__proto__":{"aws_lb":{}}}}');
    expect(await refused({})).toContain("`resource.__proto__` in `staging/service.json` must have another name");
    write("staging/service.json", '{"resource":{"aws_lb":{"a":{},"a":{}}}}');
    expect(await refused({})).toContain("`resource.aws_lb.a` in `staging/service.json` must be there once");
  });
});

test.each([
  ["staging/Service.json", "staging/Service.json"],
  ["staging/service.tf.json", "staging/service.tf.json"],
  ["staging/.terraformrc", "staging/.terraformrc"],
  ["staging/.terraform.lock.hcl", "staging/.terraform.lock.hcl"],
  ["staging/-x.json", "staging/-x.json"],
  ["staging/deeper/service.json", "staging/deeper"],
  ["staging/a`b\u202e.json", "staging/a?b?.json"],
  ["evil.tf", "evil.tf"],
])("the file %s is refused", async (name, shown) => {
  write(name, stack("service"));
  expect(await refused({})).toContain(`\`${shown}\` must`);
});

test("a folder, a pipe and text that is not UTF-8 are no plain file", async () => {
  mkdirSync(join(from, "staging", "service.json"), { recursive: true });
  expect(await refused({})).toContain("`staging/service.json` must be a plain file: main does not know other kinds");
  rmSync(from, { recursive: true });
  mkdirSync(join(from, "staging"), { recursive: true });
  execFileSync("mkfifo", [join(from, "staging", "service.json")]);
  expect(await refused({})).toContain("`staging/service.json` must be a plain file");
  rmSync(from, { recursive: true });
  mkdirSync(join(from, "staging"), { recursive: true });
  writeFileSync(join(from, "staging", "service.json"), Buffer.from([0x7b, 0xff, 0x7d]));
  expect(await refused({})).toContain("`staging/service.json` must be UTF-8");
});

test("beside a synth's stacks, only its manifest may lie, and is not read", async () => {
  write("staging/stacks/network/cdk.tf.json", stack("network"));
  write("staging/manifest.json", { stacks: { network: { workingDirectory: "/" } } });
  const synth = join(folders.main, "staging");
  await check().catch(() => undefined);
  const main = await mainEnvironment(synth);
  rmSync(from, { recursive: true });
  write("staging/stacks/network/cdk.tf.json", stack("network"));
  const request = { from, to, environment: "staging", main };
  for (const extra of ["staging/evil.json", "staging/stacks/network/evil.tf", "staging/stacks/a.b/cdk.tf.json"]) {
    write(extra, "{}");
    await expect(checkStacks(request)).rejects.toThrow(/main does not know/);
    rmSync(join(from, extra));
    rmSync(join(from, "staging/stacks/a.b"), { recursive: true, force: true });
  }
  expect(await checkStacks(request)).toEqual(["network"]);
});

test("main's own stacks bring the code of their functions along, a pull request's none", async () => {
  const synth = join(folders.main, "staging");
  await check();
  const code = join(synth, "stacks", "service", "code");
  mkdirSync(code);
  writeFileSync(join(code, "shop-hello.zip"), "PK");
  rmSync(to, { recursive: true });
  expect(await checkOwnStacks({ stacksDir: synth, to, environment: "staging" })).toEqual(["network", "service"]);
  expect(readdirSync(join(to, "stacks", "service")).sort()).toEqual(["cdk.tf.json", "code"]);
  expect(readFileSync(join(to, "stacks", "service", "code", "shop-hello.zip"), "utf8")).toBe("PK");
  expect(readdirSync(join(to, "stacks", "network"))).toEqual(["cdk.tf.json"]);

  const main = await mainEnvironment(synth);
  rmSync(from, { recursive: true });
  cpSync(synth, join(from, "staging"), { recursive: true });
  await expect(checkStacks({ from, to, environment: "staging", main })).rejects.toThrow(
    "`staging/stacks/service/code` must be left out: main does not know files but `cdk.tf.json`",
  );
  writeFileSync(join(code, "evil.tf"), "");
  await expect(checkOwnStacks({ stacksDir: synth, to, environment: "staging" })).rejects.toThrow(
    "`staging/stacks/service/code/evil.tf` must be left out: main does not know files but zips of code",
  );
});

test("an environment without stacks, or one that is not there, is refused", async () => {
  await check();
  rmSync(from, { recursive: true });
  rmSync(to, { recursive: true });
  const main = await mainEnvironment(join(folders.main, "staging"));
  const request = { from, to, main };
  mkdirSync(join(from, "staging"), { recursive: true });
  await expect(checkStacks({ ...request, environment: "staging" })).rejects.toThrow(
    "`staging` must hold 1 to 50 stacks",
  );
  rmSync(join(from, "staging"), { recursive: true });
  await expect(checkStacks({ ...request, environment: "staging" })).rejects.toThrow("`staging` must be a folder");
  await expect(checkStacks({ ...request, environment: "production" })).rejects.toThrow(
    "Main's states (`staging/`) must be those of `production`",
  );
});

test("what is checked goes into an empty folder only", async () => {
  mkdirSync(to);
  writeFileSync(join(to, "evil.tf"), "");
  await expect(check()).rejects.toThrow("must be empty; name another");
  expect(readdirSync(to)).toEqual(["evil.tf"]);
});

test("main's own stacks must agree on what the environment is", async () => {
  const other = stack("other", aws({ ...provider, allowed_account_ids: ["222222222222"] }));
  write("staging/network.json", stack("network"));
  write("staging/other.json", other);
  await expect(mainEnvironment(join(from, "staging"))).rejects.toThrow(
    "Main's AWS provider must be the same in all its stacks; synthesize main's stacks of one environment and name their folder.",
  );
  write("staging/other.json", stack("other", terraform({ backend: { s3: backend("production/other.tfstate") } })));
  await expect(mainEnvironment(join(from, "staging"))).rejects.toThrow("Main's backend must be the same");
});

test("a hard link has the content of another file, and so is checked as this one", async () => {
  await check();
  rmSync(to, { recursive: true });
  linkSync(join(from, "staging", "network.json"), join(from, "staging", "other.json"));
  await expect(check()).rejects.toThrow("`terraform.backend.s3.key` in `staging/other.json`");
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cliConfiguration, findProviderMirror, findTerraform, terraformVariables } from "./installation.ts";

describe("installation", () => {
  let workFolder: string;
  beforeEach(() => {
    workFolder = mkdtempSync(join(tmpdir(), "rc-"));
  });
  afterEach(() => rmSync(workFolder, { recursive: true }));

  const noMirror = () => undefined;
  const mirror = () => ({ path: "/mirror", unpacked: true });
  const configure = (variables: Record<string, string>, find: Parameters<typeof cliConfiguration>[1]) => {
    const { path, mirror, sharedCache } = cliConfiguration({ workFolder, variables, awsProvider: "5.100.0" }, find);
    return { path, mirror, sharedCache, text: readFileSync(path, "utf8") };
  };

  test("the AWS provider comes from the mirror and everything else from the registry", () => {
    const { text, mirror: from, sharedCache } = configure({}, mirror);
    expect([from, sharedCache]).toEqual(["/mirror", false]);
    expect(text).toMatch(/filesystem_mirror \{\s+path\s+= "\/mirror"\s+include = \["hashicorp\/aws"\]/);
    expect(text).toMatch(/direct \{\s+exclude = \["hashicorp\/aws"\]/);
  });

  test("without a mirror it comes from the registry, unpacked once for all stacks", () => {
    const { text, mirror: from, sharedCache } = configure({}, noMirror);
    expect([from, sharedCache]).toEqual([undefined, true]);
    expect(text).toContain("direct {}");
    expect(text).toContain(`plugin_cache_dir = "${join(workFolder, "plugin-cache")}"`);
  });

  test("a TF_CLI_CONFIG_FILE that names no file counts for nothing", () => {
    expect(configure({ TF_CLI_CONFIG_FILE: join(workFolder, "missing") }, mirror).path).toBe(
      join(workFolder, "terraformrc"),
    );
  });

  test("the user's own provider_installation is left as it is", () => {
    const own = join(workFolder, "own.rc");
    writeFileSync(own, "provider_installation {\n  direct {}\n}\n");
    expect(configure({ TF_CLI_CONFIG_FILE: own }, mirror)).toMatchObject({ path: own, mirror: undefined });
    expect(configure({ TF_CLI_CONFIG_FILE: own, SLIPWAY_PROVIDER_MIRROR: "/mirror" }, mirror).mirror).toBe("/mirror");
  });

  test("what else the user's file says stays in force", () => {
    writeFileSync(join(workFolder, ".terraformrc"), 'credentials "example.test" {\n  token = "x"\n}\n');
    const { text } = configure({ HOME: workFolder }, mirror);
    expect(text).toContain('credentials "example.test"');
    expect(text).toContain("filesystem_mirror");
  });

  test("an equal file is not written again", () => {
    const { path } = configure({}, mirror);
    const before = statSync(path, { bigint: true }).mtimeNs;
    configure({}, mirror);
    expect(statSync(path, { bigint: true }).mtimeNs).toBe(before);
  });
});

const printing = (text: string) => async () => text;

test("Terraform is found on PATH, or where TERRAFORM_BIN says", async () => {
  const paths: string[] = [];
  const run = async (path: string) => {
    paths.push(path);
    return '{\n  "terraform_version": "1.11.4"\n}';
  };
  await expect(findTerraform({}, run)).resolves.toEqual({ path: "terraform", version: "1.11.4" });
  await findTerraform({ TERRAFORM_BIN: "/somewhere/terraform" }, run);
  expect(paths).toEqual(["terraform", "/somewhere/terraform"]);
});

test("the oldest Terraform that locks in S3 is good enough, the one before is refused", async () => {
  await expect(findTerraform({}, printing('{"terraform_version":"1.10.0"}'))).resolves.toMatchObject({
    version: "1.10.0",
  });
  await expect(findTerraform({}, printing('{"terraform_version":"1.9.8"}'))).rejects.toThrow(
    /^terraform \(1\.9\.8 at terraform\) must be 1\.10 or newer; install Terraform 1\.10 or newer .* TERRAFORM_BIN\.$/,
  );
  await expect(findTerraform({}, printing('{"terraform_version":"0.15.5"}'))).rejects.toThrow(/must be 1\.10 or newer/);
});

test("a missing Terraform is one sentence with the remedy", async () => {
  await expect(findTerraform({ TERRAFORM_BIN: "/nowhere/terraform", PATH: "/nowhere" })).rejects.toThrow(
    /^terraform \(\/nowhere\/terraform\) must be installed; install Terraform 1\.10 or newer/,
  );
});

test("something else of that name is not taken for Terraform", async () => {
  await expect(findTerraform({}, printing("hello"))).rejects.toThrow(/must answer `version -json` with its version/);
});

describe("provider mirror", () => {
  const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "mirror-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function unpacked(folder: string, version: string): void {
    const versionFolder = join(folder, "registry.terraform.io", "hashicorp", "aws", version, platform);
    mkdirSync(versionFolder, { recursive: true });
    writeFileSync(join(versionFolder, `terraform-provider-aws_v${version}_x5`), "");
  }

  function packed(folder: string, version: string): void {
    const versionFolder = join(folder, "registry.terraform.io", "hashicorp", "aws");
    mkdirSync(versionFolder, { recursive: true });
    writeFileSync(join(versionFolder, `terraform-provider-aws_${version}_${platform}.zip`), "");
  }

  const find = (awsProvider: string | undefined, variables: Record<string, string> = {}) =>
    findProviderMirror({ variables, awsProvider, parents: [root], implied: [join(root, "implied")] });

  test("a folder in Terraform's mirror layout is found below its parent, whatever it is called", () => {
    mkdirSync(join(root, "other"));
    unpacked(join(root, "some-plugins"), "5.100.0");
    expect(find("5.100.0")).toEqual({ path: join(root, "some-plugins"), unpacked: true });
  });

  test("a mirror of archives is one too", () => {
    packed(join(root, "archives"), "5.100.0");
    expect(find("5.100.0")).toEqual({ path: join(root, "archives"), unpacked: false });
    expect(find(undefined)).toEqual({ path: join(root, "archives"), unpacked: false });
  });

  test("a mirror without the wanted version is passed over", () => {
    unpacked(join(root, "a"), "5.99.0");
    expect(find("5.100.0")).toBeUndefined();
    packed(join(root, "b"), "5.100.0");
    expect(find("5.100.0")?.path).toBe(join(root, "b"));
  });

  test("Terraform's own mirror folders come first, what SLIPWAY_PROVIDER_MIRROR names before all", () => {
    unpacked(join(root, "a"), "5.100.0");
    unpacked(join(root, "implied"), "5.100.0");
    expect(find("5.100.0")?.path).toBe(join(root, "implied"));
    expect(find("5.100.0", { SLIPWAY_PROVIDER_MIRROR: join(root, "a") })?.path).toBe(join(root, "a"));
  });

  test("a named mirror that lacks the provider is an error, not a reason to look elsewhere", () => {
    unpacked(join(root, "a"), "5.100.0");
    expect(() => find("5.100.0", { SLIPWAY_PROVIDER_MIRROR: join(root, "empty") })).toThrow(
      /^SLIPWAY_PROVIDER_MIRROR \(.*empty\) must contain registry\.terraform\.io\/hashicorp\/aws\/5\.100\.0\/.*; fill it/,
    );
  });
});

test("what would change a command behind our back is left out, all else stays", () => {
  const given = { PATH: "/bin", TF_CLI_ARGS_plan: "-destroy", TF_WORKSPACE: "other", TF_LOG: "DEBUG" };
  expect(terraformVariables(given, "/rc")).toMatchObject({ PATH: "/bin", TF_LOG: "DEBUG", TF_CLI_CONFIG_FILE: "/rc" });
  expect(Object.keys(terraformVariables(given, "/rc"))).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/ARGS|WORKSPACE/)]),
  );
});

test("how often Go collects garbage is ours to say unless somebody said it", () => {
  expect(terraformVariables({}, "/rc").GOGC).toBe("400");
  expect(terraformVariables({ GOGC: "100" }, "/rc").GOGC).toBe("100");
});

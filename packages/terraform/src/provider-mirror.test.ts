import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProviderMirror } from "./provider-mirror.ts";

const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mirror-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function unpacked(folder: string, version: string): void {
  const place = join(folder, "registry.terraform.io", "hashicorp", "aws", version, platform);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, `terraform-provider-aws_v${version}_x5`), "");
}

function packed(folder: string, version: string): void {
  const place = join(folder, "registry.terraform.io", "hashicorp", "aws");
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, `terraform-provider-aws_${version}_${platform}.zip`), "");
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

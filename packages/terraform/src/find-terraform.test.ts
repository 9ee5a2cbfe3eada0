import { findTerraform } from "./installation.ts";

const saying = (text: string) => async () => text;

test("Terraform is found on PATH, or where TERRAFORM_BIN says", async () => {
  const asked: string[] = [];
  const run = async (path: string) => {
    asked.push(path);
    return '{\n  "terraform_version": "1.11.4"\n}';
  };
  await expect(findTerraform({}, run)).resolves.toEqual({ path: "terraform", version: "1.11.4" });
  await findTerraform({ TERRAFORM_BIN: "/somewhere/terraform" }, run);
  expect(asked).toEqual(["terraform", "/somewhere/terraform"]);
});

test("the oldest Terraform that locks in S3 is good enough, the one before is refused", async () => {
  await expect(findTerraform({}, saying('{"terraform_version":"1.10.0"}'))).resolves.toMatchObject({
    version: "1.10.0",
  });
  await expect(findTerraform({}, saying('{"terraform_version":"1.9.8"}'))).rejects.toThrow(
    /^terraform \(1\.9\.8 at terraform\) must be 1\.10 or newer; install Terraform 1\.10 or newer .* TERRAFORM_BIN\.$/,
  );
  await expect(findTerraform({}, saying('{"terraform_version":"0.15.5"}'))).rejects.toThrow(/must be 1\.10 or newer/);
});

test("a missing Terraform is one sentence with the remedy", async () => {
  await expect(findTerraform({ TERRAFORM_BIN: "/nowhere/terraform", PATH: "/nowhere" })).rejects.toThrow(
    /^terraform \(\/nowhere\/terraform\) must be installed; install Terraform 1\.10 or newer/,
  );
});

test("something else of that name is not taken for Terraform", async () => {
  await expect(findTerraform({}, saying("hello"))).rejects.toThrow(/must answer `version -json` with its version/);
});

import { resolve } from "node:path";
import { codeOwners } from "../../apps/cli/src/doctor/code-owners.ts";

test("what this repository has covers both", () => {
  const findings = codeOwners(resolve(__dirname, "../.."));
  expect(findings.map(({ what }) => what)).toEqual([
    expect.stringContaining("/.github/"),
    expect.stringContaining("/apps/infra/src/environments.ts"),
  ]);
  expect(findings.map(({ what }) => what).join()).not.toContain("no owner");
});

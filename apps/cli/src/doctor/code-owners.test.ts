import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeOwners } from "./code-owners.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "owners-"));
  mkdirSync(join(root, ".github"));
});
afterEach(() => rmSync(root, { recursive: true }));

const found = (text: string) => {
  writeFileSync(join(root, ".github/CODEOWNERS"), text);
  return codeOwners(root);
};

test("the placeholder that it ships with is complained about until it is replaced", () => {
  const findings = found("* @this-is-owner/maintainers\n/.github/ @this-is-owner/maintainers\n");
  expect(findings.map(({ state }) => state)).toEqual(["bad", "bad"]);
  expect(findings[0]?.what).toBe(
    "the owner of /.github/ (@this-is-owner/maintainers) must be people or a team of yours in .github/CODEOWNERS",
  );
});

test("people of one's own are good", () => {
  expect(found("* @shop/all\n/.github/ @shop/platform # the workflows\n").map(({ what }) => what)).toEqual([
    "/.github/ belongs to @shop/platform",
    "/apps/infra/src/environments.ts belongs to @shop/all",
  ]);
});

test("a later rule without an owner takes owners away", () => {
  expect(found("* @shop/all\n/apps/infra/\n")[1]).toMatchObject({
    state: "bad",
    what: "/apps/infra/src/environments.ts (no owner) must have one in .github/CODEOWNERS",
  });
});

test("a missing file is one finding", () => {
  expect(codeOwners(root)).toMatchObject([{ state: "bad", what: expect.stringContaining("(missing)") }]);
});

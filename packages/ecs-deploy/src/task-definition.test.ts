import { failureFrom } from "@slipway/core/testing/fake-log";
import { checkSeparateRoles, templateContainers } from "./task-definition.ts";

test("only the template's placeholder is a placeholder", () => {
  const image = (name: string, uri: string) => ({ name, image: uri });
  const containerDefinitions = [
    image("a", "x/web:template"),
    image("b", "x/template:1"),
    image("c", "x/web:template-2"),
  ];
  expect(templateContainers({ containerDefinitions })).toEqual(["a"]);
});

describe("task role and execution role", () => {
  const check = (taskRoleArn: string | undefined, executionRoleArn: string | undefined) => async () =>
    checkSeparateRoles({ arn: "", name: "web:3", tags: [], definition: { taskRoleArn, executionRoleArn } });
  const role = (name: string) => `arn:aws:iam::111111111111:role/shop/${name}`;

  test.each([
    [role("web-execution"), role("web-execution")],
    ["web-execution", role("web-execution")],
    [role("web-execution"), "web-execution"],
  ])("%s and %s are refused", async (taskRole, executionRole) => {
    const failure = await failureFrom(check(taskRole, executionRole));
    expect([failure.reason, failure.message]).toEqual([
      "input-invalid",
      `task-definition (web:3) must have a task role other than its execution role (${executionRole}); give the template a task role of its own, which may be one without rights.`,
    ]);
  });

  test.each([
    [role("web-task"), role("web-execution")],
    [undefined, role("web-execution")],
    [role("web-task"), undefined],
    [undefined, undefined],
  ])("%s and %s are accepted", async (taskRole, executionRole) => {
    await expect(check(taskRole, executionRole)()).resolves.toBeUndefined();
  });
});

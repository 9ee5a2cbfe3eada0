import { terraformVariables } from "./terraform-variables.ts";

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

import { localVariables } from "./variables.ts";

const local = { endpoint: "http://127.0.0.1:4566", account: "000000000000", region: "ap-northeast-2" };

test("real credentials, profiles and endpoints of the caller never reach the local AWS's users", () => {
  const caller = {
    PATH: "/bin",
    AWS_PROFILE: "company",
    AWS_SESSION_TOKEN: "real",
    AWS_SECRET_ACCESS_KEY: "real",
    AWS_ENDPOINT_URL_ECS: "https://ecs.example.com",
    TF_WORKSPACE: "other",
    TF_CLI_CONFIG_FILE: "/x",
  };
  const variables = localVariables(caller, local);
  expect(Object.values(variables)).not.toContain("real");
  expect(variables.AWS_PROFILE).toBeUndefined();
  expect(variables.AWS_ENDPOINT_URL_ECS).toBeUndefined();
  expect(variables.TF_WORKSPACE).toBeUndefined();
  expect(variables).toMatchObject({ PATH: "/bin", TF_CLI_CONFIG_FILE: "/x", AWS_ACCESS_KEY_ID: "000000000000" });
});

test("a proxy is set to leave loopback alone, whatever it was set to before", () => {
  expect(localVariables({ NO_PROXY: "example.com" }, local).NO_PROXY).toBe("example.com,127.0.0.1,localhost");
});

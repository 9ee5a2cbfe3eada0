import { definitionSecrets, knownSecrets } from "./known-secrets.ts";

test("a stack that could not be planned gives its secrets away by definition, variables and credentials", () => {
  const definition = {
    resource: {
      aws_db_instance: { main: { password: "Blue-Fish-9!" } },
      aws_instance: { web: { user_data: "#!/bin/sh\nlogin --as Red-Bird-7!\n" } },
    },
    variable: { given: { sensitive: true }, kept: { default: "Old-Tree-5!", sensitive: true }, size: { default: "m" } },
  };
  const variables = { TF_VAR_given: "Green-Frog-3!", AWS_SECRET_ACCESS_KEY: "Long/Road+1!", PATH: "/usr/bin" };
  const { values, lines } = knownSecrets([definitionSecrets(definition, variables)]);
  const plain = values.filter((value) => value.endsWith("!"));
  expect(plain.sort()).toEqual(["Blue-Fish-9!", "Green-Frog-3!", "Long/Road+1!", "Old-Tree-5!"]);
  expect(lines).toContain("login --as Red-Bird-7!");
});

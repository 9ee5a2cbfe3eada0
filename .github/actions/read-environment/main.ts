import { inputs } from "../lib/inputs.ts";
import { run } from "../lib/run.ts";

void run("read-environment", async ({ log }) => {
  const input = {
    environment: inputs.required("environment"),
    service: inputs.text("service"),
    outputsPath: inputs.text("outputs-path"),
    file: inputs.text("file") || ".github/environments.json",
    commit: process.env.GITHUB_SHA ?? "",
    serverUrl: process.env.GITHUB_SERVER_URL ?? "",
  };
  const { readEnvironment } = await import("./read-environment.ts");
  return readEnvironment(input, log);
});

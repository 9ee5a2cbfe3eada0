import { inputs } from "../lib/inputs.ts";
import { run } from "../lib/run.ts";

void run("write-image-definitions", async ({ log }) => {
  const input = {
    images: inputs.pairs("images"),
    path: inputs.text("path") || "imagedefinitions.json",
    requireDigest: inputs.text("require-digest") === "" || inputs.flag("require-digest"),
    taskDefinition: inputs.text("task-definition"),
    dryRun: inputs.flag("dry-run"),
  };
  const { writeImageDefinitions } = await import("./write-image-definitions.ts");
  const ecs = async () => (await import("@slipway/ecs-deploy/service")).ecsClient();
  return writeImageDefinitions(input, { ecs, log });
});

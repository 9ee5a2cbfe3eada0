import { ActionFailure } from "@slipway/core/failure";
import { inputs } from "../lib/inputs.ts";
import { run } from "../lib/run.ts";

void run("push-image", async ({ log, signal }) => {
  const ifTagExists = inputs.text("if-tag-exists") || "compare";
  if (ifTagExists !== "compare" && ifTagExists !== "keep") {
    const what = `Input \`if-tag-exists\` (${ifTagExists}) must be compare or keep`;
    throw new ActionFailure("input-invalid", what, "correct it under `with:`");
  }
  const input = {
    ifTagExists,
    image: inputs.required("image"),
    repository: inputs.required("repository"),
    registryId: inputs.text("registry-id"),
    tags: inputs.list("tags"),
    expectedPort: inputs.integer("expected-port", { min: 1, max: 65_535 }),
    expectedPlatform: expectedPlatform(inputs.text("expected-platform")),
    dryRun: inputs.flag("dry-run"),
  } as const;
  const { pushImage } = await import("./push-image.ts");
  const { dockerClient } = await import("./docker.ts");
  const { ecrClient } = await import("@slipway/ecs-deploy/images");
  return pushImage(input, { ecr: ecrClient(), docker: await dockerClient(process.env.DOCKER_HOST, signal), log });
});

function expectedPlatform(text: string): string {
  if (text === "" || /^[a-z0-9]+\/[a-z0-9]+$/.test(text)) return text;
  const what = `Input \`expected-platform\` (${text}) must be a system and an architecture`;
  throw new ActionFailure("input-invalid", what, "write linux/amd64 or linux/arm64");
}

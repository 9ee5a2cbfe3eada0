import { inputs } from "../lib/inputs.ts";
import { run } from "../lib/run.ts";

void run("publish-static", async ({ log, signal }) => {
  const input = {
    image: inputs.required("image"),
    bucket: inputs.required("bucket"),
    distribution: inputs.text("distribution"),
    source: inputs.text("source") || "/app/staticfiles",
    manifest: inputs.text("manifest") || "staticfiles.json",
    concurrency: inputs.integer("concurrency", { min: 1, max: 50 }) ?? 16,
    timeoutMinutes: inputs.integer("timeout-minutes", { min: 1, max: 360 }) ?? 30,
    pollSeconds: inputs.integer("poll-seconds", { min: 1, max: 60 }) ?? 15,
    dryRun: inputs.flag("dry-run"),
  };
  const { publishStatic } = await import("./publish-static.ts");
  const { ecrClient } = await import("@slipway/ecs-deploy/images");
  const { s3Client } = await import("./bucket.ts");
  const { cloudfrontClient } = await import("./distribution.ts");
  return publishStatic(input, { ecr: ecrClient, s3: s3Client(), cloudfront: cloudfrontClient(), log, signal });
});

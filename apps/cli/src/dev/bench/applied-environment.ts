import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { awsClientConfig } from "@slipway/core";
import { environment } from "@slipway/infra";
import type { SlipwayHome } from "@slipway/local-aws";
import { cliConfiguration, createEngine, findTerraform, type Stack } from "@slipway/terraform";
import { synthesize } from "../../environment/synthesize.ts";

/** Writes the Terraform states and records of an apply of staging, without creating its resources. */
export async function appliedEnvironment(
  home: SlipwayHome,
  variables: SlipwayHome["variables"],
  outdir: string,
): Promise<void> {
  const { account, region, awsProvider, stateBucket: Bucket = "" } = environment("staging");
  const stacks = await synthesize({ root: home.root, environment: "staging", outdir, variables });
  const s3 = new S3Client({ region, ...awsClientConfig(variables) });
  await s3.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region as never } }),
  );
  const engine = createEngine({
    folder: home.path("engine"),
    stacks,
    terraform: await findTerraform(variables),
    cliConfiguration: cliConfiguration({ workFolder: home.folder, variables, awsProvider }),
    variables,
    importFinder: async () => ({}),
  });
  for (const stack of stacks) {
    if (stack.backend.type !== "s3") throw new Error(`the state of ${stack.name} must be in S3`);
    const Body = JSON.stringify({
      version: 4,
      terraform_version: "1.11.4",
      serial: 1,
      lineage: stack.name,
      outputs: outputsOf(stack, stacks),
      resources: [{ mode: "managed", type: "terraform_data", name: "it", instances: [{}] }],
    });
    await s3.send(new PutObjectCommand({ Bucket, Key: stack.backend.key, Body }));
  }
  for (const stack of stacks) await engine.record(stack, account);
  s3.destroy();
}

/** Outputs that other stacks read. */
function outputsOf({ name }: Stack, stacks: readonly Stack[]): object {
  const read = stacks.flatMap(({ reads }) => reads.filter(({ upstream }) => upstream === name));
  return Object.fromEntries(read.map(({ output }) => [output, { value: output, type: "string" }]));
}

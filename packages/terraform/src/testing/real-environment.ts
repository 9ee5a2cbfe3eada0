import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { awsClientConfig, type Variables } from "@slipway/core";
import { createEngine, type Engine } from "../engine.ts";
import { cliConfiguration, findTerraform } from "../installation.ts";
import type { EngineOptions } from "../options.ts";
import { readStacks } from "../read-stacks.ts";
import type { EngineEvent, Stack } from "../stack.ts";

// biome-ignore lint/style/noProcessEnv: tests against the real engine take PATH and endpoint from whoever runs them.
const given: Variables = process.env;
const region = "ap-northeast-2";

export interface RealStack {
  /** Its part of the JSON; the terraform block is added. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Whether it needs the AWS provider (3 s to start). */
  readonly aws?: boolean;
  /** Where it says that the bucket is; default: where it is. */
  readonly bucketRegion?: string;
}

export interface RealHost {
  readonly engine: Engine;
  readonly folder: string;
  readonly events: EngineEvent[];
  readonly stack: (name: string) => Stack;
}

/** For tests: an environment "test" with its states in a bucket of the local AWS, driven by the real Terraform from any number of machines. */
export interface RealEnvironment {
  readonly variables: Variables;
  readonly s3: S3Client;
  readonly write: (stacks: Readonly<Record<string, RealStack>>) => void;
  /** A runner that has nothing yet but the synthesized stacks. */
  readonly host: (options?: Partial<EngineOptions>) => Promise<RealHost>;
  readonly remove: () => void;
}

export async function realEnvironment(account: string, bucket: string): Promise<RealEnvironment> {
  const endpoint = given.SLIPWAY_TEST_ENDPOINT || given.AWS_ENDPOINT_URL;
  if (!endpoint) throw new Error("SLIPWAY_TEST_ENDPOINT must name a local AWS; run `npm test`, which starts one.");
  const variables: Variables = {
    ...given,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_REGION: region,
    AWS_EC2_METADATA_DISABLED: "true",
  };
  const workFolder = mkdtempSync(join(tmpdir(), "real-"));
  const outdir = join(workFolder, "out");
  const { S3Client } = await import("@aws-sdk/client-s3");
  return {
    variables,
    s3: new S3Client({ ...awsClientConfig(variables), region }),

    write(stacks) {
      for (const [name, { json, aws = false, bucketRegion = region }] of Object.entries(stacks)) {
        const folder = join(outdir, "stacks", name);
        mkdirSync(folder, { recursive: true });
        const providers = aws ? { required_providers: { aws: { source: "hashicorp/aws", version: "5.100.0" } } } : {};
        const terraform = { backend: { s3: { ...backend(bucket, name), region: bucketRegion } }, ...providers };
        writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify({ terraform, ...json }));
      }
    },

    async host(options = {}) {
      const folder = mkdtempSync(join(workFolder, "machine-"));
      const stacks = readStacks(outdir);
      const events: EngineEvent[] = [];
      const engine = createEngine({
        folder,
        stacks,
        terraform: await findTerraform(variables),
        cliConfiguration: cliConfiguration({ workFolder, variables, awsProvider: "5.100.0" }),
        variables,
        importFinder: async () => ({}),
        onEvent: (event) => events.push(event),
        ...options,
      });
      return { engine, folder, events, stack: (name) => stacks.find((each) => each.name === name) as Stack };
    },

    remove: () => rmSync(workFolder, { recursive: true, force: true }),
  };
}

/** As a synth writes it; no path style and nothing skipped. */
function backend(bucket: string, stack: string): object {
  return { bucket, key: `test/${stack}.tfstate`, region, encrypt: true, use_lockfile: true };
}

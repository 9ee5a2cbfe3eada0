import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { awsClientConfig, Failure } from "@slipway/core";
import { environment } from "@slipway/infra";
import {
  ensureDocker,
  ensurePython,
  localVariables,
  type SlipwayHome,
  startLocalAws,
  stopLocalAws,
} from "@slipway/local-aws";
import { type ActionRequest, type ActionResult, runAction } from "../../local/run-action.ts";
import { type Figure, median } from "./measure.ts";

/** A separate port, so that a running app is not affected. */
const port = 4591;
const [files, bytes] = [1000, 10_000];

/** Measures the publication of 1,000 static files of 10 KB, median of 3: into an empty bucket, and again. */
export async function benchStatic(
  outer: SlipwayHome,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<readonly Figure[]> {
  const folder = outer.path("bench-static");
  const home: SlipwayHome = { ...outer, folder, port, path: (...parts) => join(folder, ...parts) };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const requirements = join(home.root, "apps/local-aws/aws/requirements.txt");
  const python = await ensurePython({ home: outer, requirements, signal, log });
  const { account, region } = environment("local");
  try {
    const { endpoint } = await startLocalAws({ home, python, account, region, signal });
    const variables = localVariables(home.variables, { account, region, endpoint });
    return await measure({ home, variables, region, signal });
  } finally {
    await stopLocalAws(home);
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Surroundings extends Pick<ActionRequest, "home" | "variables" | "signal"> {
  readonly region: string;
}

async function measure({ region, ...surroundings }: Surroundings): Promise<readonly Figure[]> {
  const settings = { ...awsClientConfig(surroundings.variables), region };
  const image = await pushedImage(surroundings, new ECRClient(settings));
  const s3 = new S3Client(settings);
  const times: { first: number[]; again: number[] } = { first: [], again: [] };
  for (let round = 0; round < 3; round += 1) {
    const bucket = `bench-static-${round}`;
    const CreateBucketConfiguration = { LocationConstraint: region as never };
    await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration }));
    for (const [kind, wanted] of [
      ["first", files],
      ["again", 0],
    ] as const) {
      const started = performance.now();
      const { outputs } = await action(surroundings, "publish-static", { image, bucket });
      times[kind].push((performance.now() - started) / 1000);
      if (outputs.published !== String(wanted)) throw new Failure(`${wanted} files must be published.`);
    }
  }
  return [
    { what: "static files, 1,000 of 10 KB published first", value: median(times.first), unit: "s", limit: 8 },
    { what: "static files, nothing new", value: median(times.again), unit: "s", limit: 1.5 },
  ];
}

/** An image with nothing but the files, in the local registry. */
async function pushedImage(surroundings: Omit<Surroundings, "region">, ecr: ECRClient): Promise<string> {
  const { home } = surroundings;
  const repository = "bench-static";
  await ecr.send(new CreateRepositoryCommand({ repositoryName: repository }));
  const context = home.path("image");
  const folder = join(context, "staticfiles");
  mkdirSync(folder, { recursive: true });
  const names = Array.from({ length: files }, (_, index) => `${index}.0123456789ab.css`);
  for (const [index, name] of names.entries())
    writeFileSync(join(folder, name), `${index} `.repeat(bytes).slice(0, bytes));
  const paths = Object.fromEntries(names.map((name, index) => [`${index}.css`, name]));
  writeFileSync(join(folder, "staticfiles.json"), JSON.stringify({ paths, version: "1.1" }));
  writeFileSync(join(context, "Dockerfile"), 'FROM scratch\nCOPY staticfiles /app/staticfiles\nCMD ["/none"]\n');
  const docker = await ensureDocker({ log: () => {}, homeFolder: home.folder });
  const image = `slipway-bench-static:${process.pid}`;
  await docker.build({ context, tag: image });
  try {
    const { outputs } = await action(surroundings, "push-image", { image, repository, tags: "bench" });
    return outputs["image-uri"] ?? "";
  } finally {
    await docker.attempt(["image", "rm", image]);
  }
}

async function action(
  surroundings: Omit<Surroundings, "region">,
  name: ActionRequest["name"],
  inputs: ActionRequest["inputs"],
): Promise<ActionResult> {
  const result = await runAction({ ...surroundings, name, inputs });
  if (!result.ok) throw new Failure(result.errors.join(" ") || `${name} ended ${result.ending}`);
  return result;
}

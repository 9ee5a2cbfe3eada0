import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStacks } from "./read-stacks.ts";

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), "synth-"));
});
afterEach(() => rmSync(outdir, { recursive: true }));

function write(name: string, json: object): void {
  mkdirSync(join(outdir, "stacks", name), { recursive: true });
  writeFileSync(join(outdir, "stacks", name, "cdk.tf.json"), JSON.stringify(json));
}

const local = (name: string) => ({ local: { path: `../../state/${name}.tfstate` } });
const s3 = (key: string) => ({ s3: { bucket: "states", key, region: "ap-northeast-2" } });

test("a stack's upstreams are those whose states it reads, with the outputs it reads", () => {
  write("network", { terraform: { backend: local("network"), required_providers: { aws: { version: "5.100.0" } } } });
  write("service", {
    terraform: { backend: local("service") },
    data: { terraform_remote_state: { "reference-1": { backend: "local", config: local("network").local } } },
    resource: {
      aws_lb: { lb: { subnets: ["${data.terraform_remote_state.reference-1.outputs.b-id}"] } },
      aws_x: { y: { vpc: "${data.terraform_remote_state.reference-1.outputs.a-id}-x" }, z: {} },
    },
  });
  const [network, service] = readStacks(outdir);
  expect(network).toMatchObject({
    upstreams: [],
    awsProvider: "5.100.0",
    backend: { type: "local", path: "../../state/network.tfstate" },
  });
  expect(service).toMatchObject({
    name: "service",
    upstreams: ["network"],
    reads: [
      { upstream: "network", output: "a-id" },
      { upstream: "network", output: "b-id" },
    ],
    resourceCount: 3,
  });
  expect(service?.sha256).toMatch(/^[0-9a-f]{64}$/);
});

test("states in S3 are distinguished by bucket and key", () => {
  write("network", { terraform: { backend: s3("staging/network.tfstate") } });
  write("other", { terraform: { backend: s3("staging/other.tfstate") } });
  write("service", {
    terraform: { backend: s3("staging/service.tfstate") },
    data: { terraform_remote_state: { r: { backend: "s3", config: s3("staging/other.tfstate").s3 } } },
    output: { x: { value: "${data.terraform_remote_state.r.outputs.id}" } },
  });
  const service = readStacks(outdir).find(({ name }) => name === "service");
  expect(service).toMatchObject({ upstreams: ["other"], backend: { type: "s3", bucket: "states" } });
});

test("a state that belongs to no stack of the synth is an error", () => {
  write("service", {
    terraform: { backend: local("service") },
    data: { terraform_remote_state: { r: { backend: "local", config: local("nobody").local } } },
  });
  expect(() => readStacks(outdir)).toThrow(
    /^stack service reads a state \(r\) that must belong to a stack of the same synth/,
  );
});

test("an empty folder is an error", () => {
  expect(() => readStacks(outdir)).toThrow(/must hold synthesized stacks; run synth first/);
});

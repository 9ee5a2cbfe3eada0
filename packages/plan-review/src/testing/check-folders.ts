import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkStacks, mainEnvironment } from "../definition/check-stacks.ts";

export type Block = Record<string, unknown>;

/** The S3 backend of the environment `staging`, or the configuration of a data source that reads one of its states. */
export const backend = (key: string) => ({
  bucket: "states-111111111111",
  encrypt: true,
  key,
  region: "ap-northeast-2",
  use_lockfile: true,
});

/** The AWS provider of `staging`, without default tags. */
export const provider = {
  allowed_account_ids: ["111111111111"],
  ignore_tags: [{ key_prefixes: ["slipway:"] }],
  region: "ap-northeast-2",
};

/** A stack as cdktf writes it. `more` replaces what stands under its keys. */
export function stack(name: string, more: Block = {}): Block {
  return {
    "//": { metadata: { stackName: name } },
    provider: { aws: [{ ...provider, default_tags: [{ tags: { Stack: name } }] }] },
    resource: { aws_vpc: { vpc: { cidr_block: "10.0.0.0/16" } } },
    terraform: {
      backend: { s3: backend(`staging/${name}.tfstate`) },
      required_providers: { aws: { source: "hashicorp/aws", version: "5.100.0" } },
      required_version: ">= 1.10.0",
    },
    ...more,
  };
}

/** Data of `network`. */
export const remoteState = (config: Block, more: Block = {}) => ({
  terraform_remote_state: { network: { backend: "s3", config, workspace: "${terraform.workspace}", ...more } },
});

/** A stack that reads `network`. */
export const service = (more: Block = {}) =>
  stack("service", {
    data: remoteState(backend("staging/network.tfstate")),
    resource: {
      aws_lb: {
        lb: {
          depends_on: ["aws_lb_listener.http"],
          lifecycle: { create_before_destroy: true, ignore_changes: ['tags["a"]', "name"] },
          subnets: ["${data.terraform_remote_state.network.outputs.subnet}"],
          tags: { dynamic: "a tag may have this name" },
        },
      },
    },
    output: { arn: { sensitive: true, value: "${aws_lb.lb.arn}" } },
    locals: { name: "shop" },
    ...more,
  });

export const terraform = (more: Block) => ({ terraform: { ...(service().terraform as Block), ...more } });
export const aws = (...blocks: Block[]) => ({ provider: { aws: blocks } });
export const resource = (more: Block) => ({ resource: { aws_lb: { lb: more } } });

/** The folders of a check: `main/staging` with main's stacks, `artifact` with a pull request's, `checked` for what is accepted. */
export class CheckFolders {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  get main(): string {
    return join(this.#root, "main");
  }

  get from(): string {
    return join(this.#root, "artifact");
  }

  get to(): string {
    return join(this.#root, "checked");
  }

  /** Writes a file into the artifact. */
  write(name: string, content: unknown): void {
    const path = join(this.from, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  }

  /** Main has `network` and `service`; the pull request has them too, where the artifact has no file of that name, and `more`. */
  async check(more: Block = {}): Promise<readonly string[]> {
    const synth = join(this.main, "staging");
    for (const [name, json] of Object.entries({ network: stack("network"), service: service() })) {
      mkdirSync(join(synth, "stacks", name), { recursive: true });
      writeFileSync(join(synth, "stacks", name, "cdk.tf.json"), JSON.stringify(json));
    }
    for (const [name, json] of Object.entries({ network: stack("network"), service: service(), ...more })) {
      if (!existsSync(join(this.from, "staging", `${name}.json`))) this.write(`staging/${name}.json`, json);
    }
    const { from, to } = this;
    return checkStacks({ from, to, environment: "staging", main: await mainEnvironment(synth) });
  }

  /** What is said of a service with `more` in it. Nothing may be written. */
  async refused(more: Block): Promise<string> {
    const error: Error & { reason?: string } = await this.check({ service: service(more) }).then(
      () => new Error("accepted"),
      (thrown) => thrown,
    );
    if (error.message !== "accepted" && error.reason !== "stacks-invalid") throw error;
    if (existsSync(this.to)) throw new Error("a refused stack must not be written");
    rmSync(join(this.from, "staging", "service.json"), { recursive: true, force: true });
    return error.message;
  }
}

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface SmallStacks {
  readonly environment: string;
  readonly account: string;
  readonly region: string;
  readonly bucket: string;
  /** Days that the log group of `network` keeps its lines. */
  readonly retention?: number;
  /** Hash key of the table in `data`; another one replaces it. */
  readonly hashKey?: string;
  /** Added to a stack's JSON, by name: what stands under a key there (`resource`, `variable`) stays. */
  readonly more?: Readonly<Record<string, Readonly<Record<string, object>>>>;
  /** Other stacks instead of the three, by name; backend and, where they need it, the AWS provider are added. */
  readonly instead?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

type Block = Record<string, unknown>;

/** Writes three stacks as a synth would: `network`, `data` with a table, which reads it, and `service` with an ECS service. */
export function writeSmallStacks(folder: string, values: SmallStacks): void {
  const { environment, account, retention = 7, hashKey = "id", more = {}, instead } = values;
  if (instead !== undefined) {
    for (const [name, blocks] of Object.entries(instead))
      write(folder, name, { ...shellOf(name, blocks, values), ...blocks });
    return;
  }
  const prefix = `${environment}-${account}`;
  const network = {
    resource: {
      aws_cloudwatch_log_group: {
        logs: { ...path("network/Logs"), name: `/${prefix}`, retention_in_days: retention },
      },
    },
    output: { log_group: { value: "${aws_cloudwatch_log_group.logs.name}" } },
  };
  const data = {
    data: { terraform_remote_state: { network: { backend: "s3", config: backend("network", values) } } },
    resource: {
      aws_dynamodb_table: {
        sessions: {
          ...path("data/Sessions/Table"),
          name: `${prefix}-sessions`,
          billing_mode: "PAY_PER_REQUEST",
          hash_key: hashKey,
          attribute: [{ name: hashKey, type: "S" }],
        },
      },
      aws_cloudwatch_log_group: {
        audit: {
          ...path("data/Audit"),
          name: "${data.terraform_remote_state.network.outputs.log_group}/audit",
          retention_in_days: 30,
        },
      },
    },
  };
  const service = {
    resource: {
      aws_ecs_cluster: { cluster: { name: prefix } },
      aws_ecs_task_definition: {
        template: {
          family: prefix,
          cpu: "256",
          memory: "512",
          container_definitions: JSON.stringify([{ name: "web", image: "web:1", essential: true }]),
        },
      },
      aws_ecs_service: {
        web: {
          ...path("service/Web/Service"),
          name: "web",
          cluster: "${aws_ecs_cluster.cluster.id}",
          task_definition: "${aws_ecs_task_definition.template.arn}",
          desired_count: 0,
          lifecycle: { ignore_changes: ["task_definition", "desired_count"] },
        },
      },
    },
  };
  for (const [name, blocks] of Object.entries({ network, data, service })) {
    const json: Block = { ...shell(name, values), ...blocks };
    for (const [key, added] of Object.entries(more[name] ?? {})) json[key] = { ...(json[key] ?? {}), ...added };
    write(folder, name, json);
  }
}

/** The AWS provider takes seconds to start. */
function shellOf(name: string, blocks: object, values: SmallStacks): Block {
  const whole = shell(name, values);
  if (JSON.stringify(blocks).includes('"aws_')) return whole;
  const { backend } = whole.terraform as { backend: object };
  return { "//": whole["//"], terraform: { backend } };
}

function shell(name: string, values: SmallStacks): Block {
  return {
    "//": { metadata: { stackName: name } },
    provider: { aws: [{ region: values.region, allowed_account_ids: [values.account] }] },
    terraform: {
      backend: { s3: { ...backend(name, values), use_lockfile: true } },
      required_providers: { aws: { source: "hashicorp/aws", version: "5.100.0" } },
    },
  };
}

function backend(name: string, { environment, bucket, region }: SmallStacks): Block {
  return { bucket, key: `${environment}/${name}.tfstate`, region };
}

function path(value: string): Block {
  return { "//": { metadata: { path: value } } };
}

function write(folder: string, name: string, json: Block): void {
  const stackFolder = join(folder, "stacks", name);
  mkdirSync(stackFolder, { recursive: true });
  writeFileSync(join(stackFolder, "cdk.tf.json"), JSON.stringify(json, null, 2));
}

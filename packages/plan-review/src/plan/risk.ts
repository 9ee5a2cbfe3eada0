import type { PlanJson } from "./plan-json.ts";
import type { ChangeAction } from "./plan-model.ts";
import { knownAction } from "./resource-action.ts";

export type Risk = "data-loss" | "replace-or-delete" | "change" | "add" | "bookkeeping";

/** How dangerous a change is, by what happens to what. */
export function riskOf({ type, action, keepsOld }: Risky): Risk {
  switch (action) {
    case "replace":
      return isStateful(type) && keepsOld !== true ? "data-loss" : "replace-or-delete";
    case "delete":
    case "unknown":
      return isStateful(type) ? "data-loss" : "replace-or-delete";
    case "update":
      return "change";
    case "create":
      return "add";
    default:
      return "bookkeeping";
  }
}

interface Risky {
  readonly type: string;
  readonly action: ChangeAction;
  /** True for a replacement that leaves the old object in AWS. */
  readonly keepsOld?: boolean | undefined;
}

/** From the highest risk to the lowest; "bookkeeping" is a state-only change. */
export const riskOrder: readonly Risk[] = ["data-loss", "replace-or-delete", "change", "add", "bookkeeping"];

/** Types whose objects hold data, or an address or key that others depend on. */
const stateful = [
  /^aws_(db_instance|db_snapshot|rds_cluster(_instance)?|rds_global_cluster)$/,
  /^aws_(docdb|neptune)_(cluster|cluster_instance|global_cluster)$/,
  /^aws_(redshift_cluster|redshiftserverless_namespace|memorydb_cluster|opensearch_domain|elasticsearch_domain)$/,
  /^aws_elasticache_(cluster|replication_group|serverless_cache)$/,
  /^aws_(ebs_volume|ebs_snapshot|efs_file_system|backup_vault|glacier_vault)$/,
  /^aws_fsx_\w+_(file_system|volume)$/,
  /^aws_(s3_bucket|s3_directory_bucket|s3tables_table_bucket|s3vectors_vector_bucket)$/,
  /^aws_(dynamodb_table|dynamodb_table_replica|dynamodb_global_table|keyspaces_table|timestreamwrite_table|dsql_cluster)$/,
  /^aws_(ecr_repository|ecrpublic_repository|codecommit_repository|codeartifact_repository)$/,
  /^aws_(route53_zone|eip|kms_key|kms_replica_key|kms_external_key|acmpca_certificate_authority)$/,
  /^aws_(secretsmanager_secret|secretsmanager_secret_version|ssm_parameter)$/,
  /^aws_(kinesis_stream|sqs_queue|msk_cluster|mq_broker|cloudwatch_log_group|cognito_user_pool)$/,
];

/** True when replacing or deleting the object loses data, or an address or key that others rely on. */
function isStateful(type: string): boolean {
  return stateful.some((pattern) => pattern.test(type));
}

/** Addresses of the destructive changes of a plan: stateful resources that it replaces or deletes, or may. */
export function destructiveAddresses({ resource_changes: changes = [] }: PlanJson): string[] {
  const destructive = changes.filter((entry) => {
    const mayDelete = entry.change.actions.includes("delete") || knownAction(entry) === undefined;
    return entry.mode !== "data" && mayDelete && isStateful(entry.type);
  });
  return [...new Set(destructive.map(({ address }) => address))].sort();
}

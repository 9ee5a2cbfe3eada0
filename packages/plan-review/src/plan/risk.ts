import type { JsonResourceChange, PlanJson } from "./plan-json.ts";
import type { ChangeAction } from "./plan-model.ts";
import { knownAction } from "./resource-action.ts";

export type Risk = "data-loss" | "replace-or-delete" | "change" | "add" | "bookkeeping";

/** How dangerous a change is, by what happens to what. */
export function riskOf(change: Risky): Risk {
  switch (change.action) {
    case "replace":
    case "delete":
    case "unknown":
      return isLost(change) ? "data-loss" : "replace-or-delete";
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
  /** True for a replacement whose new object is there before the old one goes. */
  readonly newFirst?: boolean | undefined;
  /** True for what nothing uses, as AWS says. */
  readonly unused?: boolean | undefined;
  /** Key of an object that an earlier replacement left over. */
  readonly deposed?: string | undefined;
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
  /^aws_(route53_zone|cloudfront_distribution|acm_certificate|eip|kms_key|kms_replica_key|kms_external_key|acmpca_certificate_authority)$/,
  /^aws_(secretsmanager_secret|secretsmanager_secret_version|ssm_parameter)$/,
  /^aws_(kinesis_stream|sqs_queue|msk_cluster|mq_broker|cloudwatch_log_group|cognito_user_pool)$/,
];

/** True when replacing or deleting the object loses data, or an address or key that others rely on. */
function isStateful(type: string): boolean {
  return stateful.some((pattern) => pattern.test(type));
}

/** Types that whatever uses them takes anew, one after the other, once a new object is there. */
const handedOver = /^aws_acm_certificate$/;

/** Whether what others rely on goes with an object that is replaced or deleted. */
function isLost({ type, keepsOld, newFirst, unused, deposed }: Omit<Risky, "action">): boolean {
  if (!isStateful(type) || keepsOld === true || unused === true) return false;
  return !(handedOver.test(type) && (newFirst === true || deposed !== undefined));
}

/**
 * Whether AWS says that nothing uses an object: ACM renews only certificates that something serves. The state as it is now says so,
 * which the change of what is no longer in the code was not asked for.
 */
export function isUnused({ type, address }: JsonResourceChange, { prior_state: state }: PlanJson): boolean {
  if (type !== "aws_acm_certificate") return false;
  const found = state?.values?.root_module?.resources?.find((each) => each.address === address);
  return found?.values?.renewal_eligibility === "INELIGIBLE";
}

/** What stops working without an object of a type, where its name alone does not say it. */
const consequences: Readonly<Record<string, string>> = {
  aws_route53_zone:
    "Every name of the domain stops answering, mail included, and a new zone has other name servers: until a person enters them where the domain is kept, nothing is reached",
  aws_acm_certificate:
    "Where it is in use, HTTPS stops: browsers refuse its names without it, and AWS refuses to delete it as long as a load balancer, a distribution or an API has it",
  aws_s3_bucket:
    "Its objects go with it, earlier versions too: whoever reads or writes there gets errors, such as pages with static files, and uploads are lost",
  aws_cloudfront_distribution:
    "Its names stop answering: pages that load from there are without styles, scripts and pictures, and a new distribution has another address",
};

/** What stops working when an object is replaced or destroyed, as a sentence; empty where nothing more is known of it. */
export function consequenceOf({ type, action, deposed }: Risky): string {
  const living = deposed === undefined && action !== "unknown";
  return living && Object.hasOwn(consequences, type) ? `${consequences[type]}.` : "";
}

/** Addresses of the destructive changes of a plan: stateful resources that it replaces or deletes, or may. */
export function destructiveAddresses(plan: PlanJson): string[] {
  const { resource_changes: changes = [] } = plan;
  const destructive = changes.filter((entry) => {
    const known = knownAction(entry);
    const mayDelete = entry.change.actions.includes("delete") || known === undefined;
    const { type, deposed } = entry;
    return (
      entry.mode !== "data" &&
      mayDelete &&
      isLost({ type, deposed, newFirst: known?.newFirst, unused: isUnused(entry, plan) })
    );
  });
  return [...new Set(destructive.map(({ address }) => address))].sort();
}

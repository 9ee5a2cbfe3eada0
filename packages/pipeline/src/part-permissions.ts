import { type PolicyStatement, statement } from "@slipway/core";
import { apiArns, apiStatements, functionArns } from "./api-permissions.ts";
import { logActions, tagsOn } from "./apply-permissions.ts";
import { bucketArns, bucketStatements, missingPage, pageReads } from "./bucket-permissions.ts";
import type { EnvironmentScope } from "./environment-scope.ts";
import { nameStatements } from "./name-permissions.ts";
import { roleKinds } from "./role-kinds.ts";
import { type GuardStatement, kindStatements, pathGuards } from "./role-statements.ts";

type Statements = readonly (PolicyStatement | GuardStatement)[];

/**
 * What the apply role gets for the parts that only some environments have, as policies of their own by name: IAM holds the one in the role
 * to 10,240 characters.
 */
export function partPolicies(environmentScope: EnvironmentScope): Readonly<Record<string, Statements>> {
  const reads = readStatements(environmentScope);
  const policies: Readonly<Record<string, Statements>> = {
    names: [...nameStatements(environmentScope), ...bucketStatements(environmentScope)],
    "http-api": apiStatements(environmentScope),
    network: flowLogStatements(environmentScope),
    limits: [
      ...(reads.length > 0 ? [...reads, othersPartsStay(environmentScope)] : []),
      ...(roleKinds(environmentScope).length > 1 ? pathGuards(environmentScope) : []),
    ],
  };
  return Object.fromEntries(Object.entries(policies).filter(([, statements]) => statements.length > 0));
}

/** What a plan asks of these parts. Code, variables and API keys of others are out of reach: functions and APIs have names in IAM. */
export function readStatements(environmentScope: EnvironmentScope): readonly PolicyStatement[] {
  const { region, parts = {} } = environmentScope;
  const { domains = [], staticBucketArn, httpApi = "none", flowLogs = "none" } = parts;
  const reads = [
    ...(domains.length > 0 ? nameReads : []),
    ...(staticBucketArn !== undefined ? distributionReads : []),
    ...(flowLogs === "logged" ? ["ec2:DescribeFlowLogs"] : []),
  ];
  return [
    ...(reads.length > 0 ? [statement.allow("ReadParts", reads, "*")] : []),
    // By it AWS answers whether a bucket is there.
    ...(bucketArns(parts).length > 0 ? [statement.allow("ReadBuckets", ["s3:ListBucket"], bucketArns(parts))] : []),
    ...(staticBucketArn !== undefined
      ? [statement.allow("ReadMissingPage", pageReads, missingPage(staticBucketArn))]
      : []),
    ...(httpApi === "functions"
      ? [
          statement.allow("ReadFunctions", functionReads, functionArns(environmentScope)),
          statement.allow("ReadApis", ["apigateway:GET"], apiArns(region)),
        ]
      : []),
  ];
}

function flowLogStatements(environmentScope: EnvironmentScope): readonly PolicyStatement[] {
  const { name, account, region, parts = {} } = environmentScope;
  if (parts.flowLogs !== "logged") return [];
  return [
    statement.allow("FlowLogs", ["ec2:CreateFlowLogs", "ec2:DeleteFlowLogs"], "*", {
      StringEquals: { "aws:RequestedRegion": region },
    }),
    statement.allow(
      "FlowLogGroup",
      [...logActions, ...tagsOn("logs")],
      [`arn:aws:logs:${region}:${account}:log-group:/vpc/${name}/flow-logs`],
    ),
    ...kindStatements(environmentScope, "flow-logs"),
  ];
}

/** As networks and load balancers: what is tagged as another environment's, whatever its name begins with. */
function othersPartsStay({ name }: EnvironmentScope): PolicyStatement {
  return statement.deny("OthersPartsStay", partWrites, "*", {
    Null: { "aws:ResourceTag/Environment": "false" },
    StringNotEquals: { "aws:ResourceTag/Environment": name },
  });
}

const partWrites = [
  "acm:AddTags*",
  "acm:Delete*",
  "acm:RemoveTags*",
  "apigateway:DELETE",
  "apigateway:PATCH",
  "apigateway:POST",
  "cloudfront:Delete*",
  "cloudfront:TagResource",
  "cloudfront:UntagResource",
  "cloudfront:Update*",
  "lambda:AddPermission",
  "lambda:Delete*",
  "lambda:RemovePermission",
  "lambda:TagResource",
  "lambda:UntagResource",
  "lambda:Update*",
];

const nameReads = [
  "acm:DescribeCertificate",
  "acm:ListTagsForCertificate",
  "route53:GetHostedZone",
  "route53:ListHostedZones",
  "route53:ListResourceRecordSets",
  "route53:ListTagsForResource",
];

const distributionReads = [
  "cloudfront:GetDistribution",
  "cloudfront:GetOriginAccessControl",
  "cloudfront:GetResponseHeadersPolicy",
  "cloudfront:ListTagsForResource",
];

const functionReads = [
  "lambda:GetFunction",
  "lambda:GetFunctionCodeSigningConfig",
  "lambda:GetPolicy",
  "lambda:ListVersionsByFunction",
];

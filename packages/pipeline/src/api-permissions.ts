import { type PolicyStatement, statement } from "@slipway/core";
import { logActions, tagsOn } from "./apply-permissions.ts";
import type { EnvironmentScope } from "./environment-scope.ts";
import { kindStatements, serviceLinkedRoles } from "./role-statements.ts";

/** Functions by their names, the HTTP API before them, their logs and their roles. */
export function apiStatements(environmentScope: EnvironmentScope): readonly PolicyStatement[] {
  const { name, account, region, parts = {} } = environmentScope;
  if (parts.httpApi !== "functions") return [];
  const functions = functionArns(environmentScope);
  const logs = (group: string) => `arn:aws:logs:${region}:${account}:log-group:${group}`;
  return [
    statement.allow("Functions", [...functionActions, ...tagsOn("lambda")], functions),
    // An API may call them, and nobody else is let in.
    statement.allow("LetApisCall", ["lambda:AddPermission"], functions, {
      StringEquals: { "lambda:Principal": "apigateway.amazonaws.com" },
    }),
    statement.allow(
      "Apis",
      ["DELETE", "PATCH", "POST"].map((each) => `apigateway:${each}`),
      apiArns(region),
    ),
    statement.allow(
      "ApiLogs",
      [...logActions, ...tagsOn("logs")],
      [logs(`/aws/lambda/${name}-*`), logs(`/aws/vendedlogs/apigateway/${name}`)],
    ),
    // AWS asks these of whoever turns on an API's access log, and knows no resource for them.
    statement.allow("LogDelivery", deliveryActions, "*"),
    serviceLinkedRoles("ApiServiceLinkedRole", account, "ops.apigateway.amazonaws.com"),
    ...kindStatements(environmentScope, "functions"),
  ];
}

export function functionArns({ name, account, region }: EnvironmentScope): string {
  return `arn:aws:lambda:${region}:${account}:function:${name}-*`;
}

/** Not the whole of API Gateway, whose keys can be read too. */
export function apiArns(region: string): readonly string[] {
  return ["apis", "apis/*", "domainnames", "domainnames/*", "tags/*"].map(
    (path) => `arn:aws:apigateway:${region}::/${path}`,
  );
}

const functionActions = [
  "CreateFunction",
  "DeleteFunction",
  "RemovePermission",
  "UpdateFunctionCode",
  "UpdateFunctionConfiguration",
].map((each) => `lambda:${each}`);

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html */
const deliveryActions = [
  "CreateLogDelivery",
  "DeleteLogDelivery",
  "DescribeResourcePolicies",
  "GetLogDelivery",
  "ListLogDeliveries",
  "PutResourcePolicy",
  "UpdateLogDelivery",
].map((each) => `logs:${each}`);

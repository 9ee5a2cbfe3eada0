import type { ApiGatewayV2Client } from "@aws-sdk/client-apigatewayv2";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import { type Finder, type FinderFactory, sameTags, type Values } from "./finder.ts";

/** Functions by name, APIs by name and tags, and what lies in an API by what sets it apart there. */
export const httpApiFinders: FinderFactory = (config) => ({
  ...functionFinders(async () => {
    const sdk = await import("@aws-sdk/client-lambda");
    return { sdk, lambda: new sdk.LambdaClient(config) };
  }),
  ...apiFinders(async () => {
    const sdk = await import("@aws-sdk/client-apigatewayv2");
    return { sdk, gateway: new sdk.ApiGatewayV2Client(config) };
  }),
});

interface Lambda {
  readonly sdk: typeof import("@aws-sdk/client-lambda");
  readonly lambda: LambdaClient;
}

const functionFinders = (open: () => Promise<Lambda>): Readonly<Record<string, Finder>> => ({
  aws_lambda_function: async (values) => {
    const [FunctionName] = texts(values, "function_name") ?? [];
    if (FunctionName === undefined) return undefined;
    const { sdk, lambda } = await open();
    const found = await ifThere(lambda.send(new sdk.GetFunctionCommand({ FunctionName })));
    return sameTags(values, found?.Tags) ? FunctionName : undefined;
  },
  aws_lambda_permission: async (values) => {
    const [FunctionName, statement] = texts(values, "function_name", "statement_id") ?? [];
    if (FunctionName === undefined) return undefined;
    const { sdk, lambda } = await open();
    const found = await ifThere(lambda.send(new sdk.GetPolicyCommand({ FunctionName })));
    const { Statement = [] } = JSON.parse(found?.Policy ?? "{}") as { Statement?: readonly { Sid?: string }[] };
    return Statement.some(({ Sid }) => Sid === statement) ? `${FunctionName}/${statement}` : undefined;
  },
});

interface Gateway {
  readonly sdk: typeof import("@aws-sdk/client-apigatewayv2");
  readonly gateway: ApiGatewayV2Client;
}

/** An account has few APIs and an API of ours few routes: one page holds them. */
const MaxResults = "500";

const apiFinders = (open: () => Promise<Gateway>): Readonly<Record<string, Finder>> => ({
  aws_apigatewayv2_api: async (values) => {
    const { sdk, gateway } = await open();
    const { Items = [] } = await gateway.send(new sdk.GetApisCommand({ MaxResults }));
    return Items.find(({ Name, Tags }) => Name === values.name && sameTags(values, Tags))?.ApiId;
  },
  aws_apigatewayv2_stage: async (values) => {
    const [ApiId, StageName] = texts(values, "api_id", "name") ?? [];
    if (ApiId === undefined) return undefined;
    const { sdk, gateway } = await open();
    const found = await ifThere(gateway.send(new sdk.GetStageCommand({ ApiId, StageName })));
    return found === undefined ? undefined : `${ApiId}/${StageName}`;
  },
  aws_apigatewayv2_integration: async (values) => {
    const [ApiId, uri] = texts(values, "api_id", "integration_uri") ?? [];
    if (ApiId === undefined) return undefined;
    const { sdk, gateway } = await open();
    const { Items = [] } = await gateway.send(new sdk.GetIntegrationsCommand({ ApiId, MaxResults }));
    return within(ApiId, Items.find(({ IntegrationUri }) => IntegrationUri === uri)?.IntegrationId);
  },
  aws_apigatewayv2_route: async (values) => {
    const [ApiId, key] = texts(values, "api_id", "route_key") ?? [];
    if (ApiId === undefined) return undefined;
    const { sdk, gateway } = await open();
    const { Items = [] } = await gateway.send(new sdk.GetRoutesCommand({ ApiId, MaxResults }));
    return within(ApiId, Items.find(({ RouteKey }) => RouteKey === key)?.RouteId);
  },
  aws_apigatewayv2_domain_name: async (values) => {
    const [DomainName] = texts(values, "domain_name") ?? [];
    if (DomainName === undefined) return undefined;
    const { sdk, gateway } = await open();
    const found = await ifThere(gateway.send(new sdk.GetDomainNameCommand({ DomainName })));
    return sameTags(values, found?.Tags) ? DomainName : undefined;
  },
  aws_apigatewayv2_api_mapping: async (values) => {
    const [DomainName, api] = texts(values, "domain_name", "api_id") ?? [];
    if (DomainName === undefined) return undefined;
    const { sdk, gateway } = await open();
    const found = await ifThere(gateway.send(new sdk.GetApiMappingsCommand({ DomainName, MaxResults })));
    const mapping = found?.Items?.find(({ ApiId }) => ApiId === api)?.ApiMappingId;
    return mapping === undefined ? undefined : `${mapping}/${DomainName}`;
  },
});

/** Values that are known, or undefined: what is not known yet may be in the next round. */
function texts(values: Values, ...names: readonly string[]): readonly string[] | undefined {
  const found = names.map((name) => values[name]);
  return found.every((each): each is string => typeof each === "string") ? found : undefined;
}

function within(api: string, id: string | undefined): string | undefined {
  return id === undefined ? undefined : `${api}/${id}`;
}

async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (/^(ResourceNotFoundException|NotFoundException)$/.test((error as Error).name)) return undefined;
    throw error;
  }
}

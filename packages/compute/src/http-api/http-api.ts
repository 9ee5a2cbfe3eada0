import { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { Apigatewayv2ApiMapping } from "@cdktf/provider-aws/lib/apigatewayv2-api-mapping";
import { Apigatewayv2DomainName } from "@cdktf/provider-aws/lib/apigatewayv2-domain-name";
import { Apigatewayv2Integration } from "@cdktf/provider-aws/lib/apigatewayv2-integration";
import { Apigatewayv2Route } from "@cdktf/provider-aws/lib/apigatewayv2-route";
import { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import {
  type Alias,
  type AliasTarget,
  checkName,
  checkRegion,
  type HostedZone,
  type IssuedCertificate,
  stackRegion,
} from "@slipway/network";
import { checkDomainName, covers } from "@slipway/network/domain-name";
import { Construct } from "constructs";
import type { Function as LambdaFunction } from "./function.ts";
import { type Cors, corsErrors, type LimitError, routeErrors, type Throttling, throttlingErrors } from "./limits.ts";

export interface HttpApiProps {
  /** Of the API. */
  readonly name: string;
  /** The one name that it answers to, such as `api.example.com`. */
  readonly host: string;
  /** Covers `host`, in the region of the API. */
  readonly certificate: IssuedCertificate;
  /** Holds `host`. */
  readonly zone: HostedZone;
  /** What answers: `GET /hello/{name}`, `ANY /{rest+}` or `$default`, which takes what no other does. */
  readonly routes: Readonly<Record<string, LambdaFunction>>;
  /** Lets pages of other names use it. @default none may */
  readonly cors?: Cors;
  readonly throttling: Throttling;
}

/** An HTTP API of API Gateway under a name of its own, and under no other. It keeps a line of each request for 30 days. */
export class HttpApi extends Construct implements AliasTarget {
  readonly api: Apigatewayv2Api;
  readonly logGroup: CloudwatchLogGroup;
  readonly stage: Apigatewayv2Stage;
  readonly integrations: ReadonlyMap<LambdaFunction, Apigatewayv2Integration>;
  readonly permissions: ReadonlyMap<LambdaFunction, LambdaPermission>;
  readonly routes: ReadonlyMap<string, Apigatewayv2Route>;
  readonly domainName: Apigatewayv2DomainName;
  readonly mapping: Apigatewayv2ApiMapping;
  readonly alias: Alias;
  readonly url: string;

  constructor(scope: Construct, id: string, props: HttpApiProps) {
    super(scope, id);
    const { name, host, certificate, zone, routes, cors, throttling } = props;
    checkName("name", name);
    refuse("routes", routeErrors(Object.keys(routes)));
    refuse("cors", cors === undefined ? [] : corsErrors(cors));
    refuse("throttling", throttlingErrors(throttling));
    checkDomainName("host", host);
    checkCertificate(this, host, certificate);
    this.api = new Apigatewayv2Api(this, "api", {
      name,
      protocolType: "HTTP",
      // Its own name would be a way around the one that people know.
      disableExecuteApiEndpoint: true,
      ...(cors !== undefined && { corsConfiguration: corsConfiguration(cors) }),
    });
    this.logGroup = new CloudwatchLogGroup(this, "log", {
      // Below this name AWS writes logs without a policy that grows with every group.
      name: `/aws/vendedlogs/apigateway/${name}`,
      retentionInDays: 30,
    });
    this.stage = this.#stage(throttling);
    const functions = [...new Set(Object.values(routes))];
    this.integrations = new Map(functions.map((each) => [each, this.#integration(each)]));
    this.permissions = new Map(functions.map((each) => [each, this.#permission(each, name)]));
    this.routes = new Map(Object.entries(routes).map(([key, each]) => [key, this.#route(key, each)]));
    this.domainName = new Apigatewayv2DomainName(this, "domain-name", {
      domainName: host,
      domainNameConfiguration: {
        certificateArn: certificate.certificateArn,
        endpointType: "REGIONAL",
        securityPolicy: "TLS_1_2",
        // Otherwise the AAAA record would lead nowhere.
        ipAddressType: "dualstack",
      },
    });
    this.mapping = new Apigatewayv2ApiMapping(this, "mapping", {
      apiId: this.api.id,
      domainName: this.domainName.id,
      stage: this.stage.id,
    });
    this.alias = zone.alias(host, this);
    this.url = `https://${host}`;
  }

  get dnsName(): string {
    return this.domainName.domainNameConfiguration.targetDomainName;
  }

  /** Zone of `dnsName`, for an alias. */
  get zoneId(): string {
    return this.domainName.domainNameConfiguration.hostedZoneId;
  }

  #stage({ burstLimit, rateLimit }: Throttling): Apigatewayv2Stage {
    return new Apigatewayv2Stage(this, "stage", {
      apiId: this.api.id,
      name: "$default",
      autoDeploy: true,
      defaultRouteSettings: { throttlingBurstLimit: burstLimit, throttlingRateLimit: rateLimit },
      accessLogSettings: { destinationArn: this.logGroup.arn, format: JSON.stringify(accessLog) },
    });
  }

  #integration(of: LambdaFunction): Apigatewayv2Integration {
    return new Apigatewayv2Integration(this, `integration-${of.node.id}`, {
      apiId: this.api.id,
      integrationType: "AWS_PROXY",
      integrationMethod: "POST",
      integrationUri: of.function.invokeArn,
      payloadFormatVersion: "2.0",
    });
  }

  #permission(of: LambdaFunction, name: string): LambdaPermission {
    return new LambdaPermission(this, `permission-${of.node.id}`, {
      // Known before it is made, so that one that an interrupted apply left is found again.
      statementId: `http-api-${name}`,
      action: "lambda:InvokeFunction",
      functionName: of.function.functionName,
      principal: "apigateway.amazonaws.com",
      // Any stage and route of this API, and of no other.
      sourceArn: `${this.api.executionArn}/*/*`,
    });
  }

  #route(key: string, to: LambdaFunction): Apigatewayv2Route {
    return new Apigatewayv2Route(this, `route-${key}`, {
      apiId: this.api.id,
      routeKey: key,
      target: `integrations/${this.integrations.get(to)?.id}`,
    });
  }
}

/** One line of JSON per request. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html */
const accessLog = {
  time: "$context.requestTime",
  requestId: "$context.requestId",
  client: "$context.identity.sourceIp",
  method: "$context.httpMethod",
  path: "$context.path",
  route: "$context.routeKey",
  status: "$context.status",
  bytes: "$context.responseLength",
  milliseconds: "$context.responseLatency",
  error: "$context.integrationErrorMessage",
};

function corsConfiguration({ allowOrigins, allowMethods, allowHeaders, exposeHeaders, credentials, maxAge }: Cors) {
  return {
    allowOrigins: [...allowOrigins],
    ...(allowMethods !== undefined && { allowMethods: [...allowMethods] }),
    ...(allowHeaders !== undefined && { allowHeaders: [...allowHeaders] }),
    ...(exposeHeaders !== undefined && { exposeHeaders: [...exposeHeaders] }),
    ...(credentials === "include" && { allowCredentials: true }),
    ...(maxAge !== undefined && { maxAge }),
  };
}

function refuse(prop: string, [error]: readonly LimitError[]): void {
  if (error === undefined) return;
  throw new Error(`${[prop, ...error.path].join(".")} (${error.value}) ${error.must}`);
}

function checkCertificate(scope: Construct, host: string, certificate: IssuedCertificate): void {
  const region = stackRegion(scope);
  if (region !== undefined) checkRegion(certificate, region, "an HTTP API");
  const { names } = certificate;
  if (names === undefined || covers(names, host)) return;
  throw new Error(`host (${host}) must be covered by the certificate (${names.join(", ")}); add it to its names.`);
}

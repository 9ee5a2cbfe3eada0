import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import type { RolePlacement } from "@slipway/core";
import { Construct } from "constructs";
import { type EndpointService, type Endpoints, endpointServices } from "./endpoint-services.ts";
import { FlowLogs, type FlowLogsTraffic } from "./flow-logs.ts";
import { InterfaceEndpoints } from "./interface-endpoints.ts";
import { checkName } from "./names.ts";
import { NatGateways, type NatGatewaysShape } from "./nat-gateways.ts";
import type { NetworkSource } from "./network-source.ts";
import { availabilityZone, Subnets } from "./subnets.ts";

export interface NetworkProps {
  /** Prefix of all names, e.g. `shop-staging`. */
  readonly name: string;
  /** Full names of the zones, at least two; a load balancer needs two. */
  readonly availabilityZones: readonly string[];
  /** The network's IPv4 range, /16 to /22. @default "10.0.0.0/16" */
  readonly cidrBlock?: string;
  /** How private subnets reach the internet. @default "none": they reach AWS by `endpoints`, and nothing else */
  readonly natGateways?: NatGatewaysShape;
  /** Which of AWS's services private subnets reach without NAT, next to S3. Each costs by the hour and zone. @default "none" */
  readonly endpoints?: Endpoints;
  /** Which connections are recorded, in a log group of CloudWatch. @default "none" */
  readonly flowLogs?: FlowLogsTraffic;
  /** Where the role that writes flow logs is made, and what limits it. @default path "/", no boundary */
  readonly roles?: RolePlacement;
  /** "full": Terraform refuses to release the NAT addresses, which others may have allow-listed. @default "full" */
  readonly protection?: "full" | "none";
}

/** A VPC with a public and a private subnet per zone, NAT, a free S3 endpoint and a default security group that lets nothing through. */
export class Network extends Construct implements NetworkSource {
  readonly vpc: Vpc;
  readonly internetGateway: InternetGateway;
  readonly defaultSecurityGroup: DefaultSecurityGroup;
  readonly publicRouteTable: RouteTable;
  readonly publicSubnets: Subnets;
  readonly privateSubnets: Subnets;
  /** One table per zone whatever the NAT shape, so that changing it changes routes only. */
  readonly privateRouteTables: ReadonlyMap<string, RouteTable>;
  readonly nat: NatGateways;
  readonly s3Endpoint: VpcEndpoint;
  readonly interfaceEndpoints: InterfaceEndpoints | undefined;
  readonly flowLogs: FlowLogs | undefined;
  readonly natGateways: NatGatewaysShape;
  readonly reachableServices: readonly EndpointService[] | undefined;
  readonly cidrBlock: string;
  readonly region: string;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const { name, availabilityZones, cidrBlock = "10.0.0.0/16", natGateways = "none", protection = "full" } = props;
    const { endpoints = "none", flowLogs = "none", roles = {} } = props;
    checkName("name", name);
    const { region, letters } = zonesOf(availabilityZones);
    this.natGateways = natGateways;
    this.cidrBlock = cidrBlock;
    this.region = region;
    const tags = { Name: name };

    this.vpc = new Vpc(this, "vpc", { cidrBlock, enableDnsSupport: true, enableDnsHostnames: true, tags });
    const vpcId = this.vpc.id;
    // Without rules: Terraform takes the VPC's own group over and empties it.
    this.defaultSecurityGroup = new DefaultSecurityGroup(this, "default", { vpcId, tags: { Name: `${name}-default` } });
    this.internetGateway = new InternetGateway(this, "internet", { vpcId, tags });
    this.publicRouteTable = new RouteTable(this, "public-routes", { vpcId, tags: { Name: `${name}-public` } });
    new Route(this, "public-default", {
      routeTableId: this.publicRouteTable.id,
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: this.internetGateway.id,
    });
    this.privateRouteTables = new Map(
      letters.map((letter) => [
        letter,
        new RouteTable(this, `private-routes-${letter}`, { vpcId, tags: { Name: `${name}-private-${letter}` } }),
      ]),
    );
    const common = { name, vpc: this.vpc, cidrBlock, region, letters };
    this.publicSubnets = new Subnets(this, "public", {
      ...common,
      tier: "public",
      routeTable: () => this.publicRouteTable,
    });
    this.privateSubnets = new Subnets(this, "private", {
      ...common,
      tier: "private",
      routeTable: (letter) => this.privateRouteTables.get(letter) as RouteTable,
    });
    this.nat = new NatGateways(this, "nat", {
      publicSubnets: this.publicSubnets,
      privateRouteTables: this.privateRouteTables,
      internetGateway: this.internetGateway,
      name,
      shape: natGateways,
      protection,
    });
    this.s3Endpoint = s3Gateway(this, name, region, [...this.privateRouteTables.values()]);
    const services = endpointServices(endpoints);
    this.reachableServices = natGateways === "none" ? services : undefined;
    if (services.length > 0) {
      const { privateSubnets } = this;
      this.interfaceEndpoints = new InterfaceEndpoints(this, "endpoints", {
        name,
        network: this,
        privateSubnets,
        services,
      });
    }
    if (flowLogs !== "none") {
      this.flowLogs = new FlowLogs(this, "flow-logs", { name, vpc: this.vpc, traffic: flowLogs, role: roles });
    }
  }

  get range(): string {
    return this.cidrBlock;
  }

  get publicSubnetIds(): readonly string[] {
    return this.publicSubnets.ids;
  }

  get privateSubnetIds(): readonly string[] {
    return this.privateSubnets.ids;
  }

  /** Addresses the private subnets are seen from; empty without NAT gateways. */
  get natPublicIps(): readonly string[] {
    return this.nat.publicIps;
  }
}

/** Image layers live in S3: this way they cost no NAT traffic. A gateway endpoint itself is free. */
function s3Gateway(network: Network, name: string, region: string, tables: readonly RouteTable[]): VpcEndpoint {
  return new VpcEndpoint(network, "s3", {
    vpcId: network.vpc.id,
    serviceName: `com.amazonaws.${region}.s3`,
    vpcEndpointType: "Gateway",
    routeTableIds: tables.map((table) => table.id),
    tags: { Name: `${name}-s3` },
  });
}

function zonesOf(names: readonly string[]): { readonly region: string; readonly letters: readonly string[] } {
  const zones = names.map(availabilityZone);
  const regions = new Set(zones.map(({ region }) => region));
  const letters = zones.map(({ letter }) => letter);
  const [region] = regions;
  if (region === undefined || names.length < 2) {
    throw new Error(
      `availabilityZones (${names.join(", ")}) must name at least two zones; a load balancer refuses fewer.`,
    );
  }
  if (regions.size > 1 || new Set(letters).size < letters.length) {
    throw new Error(`availabilityZones (${names.join(", ")}) must be different zones of one region; list each once.`);
  }
  return { region, letters };
}

import { DataAwsRouteTables } from "@cdktf/provider-aws/lib/data-aws-route-tables";
import { DataAwsSubnet } from "@cdktf/provider-aws/lib/data-aws-subnet";
import { DataAwsSubnets } from "@cdktf/provider-aws/lib/data-aws-subnets";
import { DataAwsVpc } from "@cdktf/provider-aws/lib/data-aws-vpc";
import { DataAwsVpcs } from "@cdktf/provider-aws/lib/data-aws-vpcs";
import { Fn, type IResolvable, Op, type TerraformDataSource } from "cdktf";
import { Construct } from "constructs";
import type { NetworkSource } from "./network-source.ts";
import { subnetIdsError } from "./subnet-ids.ts";

export interface ExistingNetworkProps {
  readonly vpcId: string;
  /** Of the load balancer: at least two, each in a zone of its own, with a route to an internet gateway. */
  readonly publicSubnetIds: readonly string[];
  /** Of tasks: at least two, in two zones or more, without a route to an internet gateway; NAT takes them out. */
  readonly privateSubnetIds: readonly string[];
  readonly region: string;
}

type Tier = "public" | "private";

/**
 * A VPC and subnets that somebody else manages: looked up and checked when Terraform plans, never changed. Each check comes before the
 * look-up that would fail without it, so that one sentence says what is wrong.
 */
export class ExistingNetwork extends Construct implements NetworkSource {
  readonly vpc: DataAwsVpc;
  readonly publicSubnets: readonly DataAwsSubnet[];
  readonly privateSubnets: readonly DataAwsSubnet[];
  readonly region: string;
  /** How the private subnets go out is not ours: NAT, a transit gateway, endpoints of another account. A start that fails says so. */
  readonly reachableServices = undefined;
  readonly range: string;
  readonly natPublicIps: readonly string[] = [];

  constructor(scope: Construct, id: string, props: ExistingNetworkProps) {
    super(scope, id);
    const { vpcId, publicSubnetIds, privateSubnetIds, region } = props;
    checkIds(props);
    this.region = region;
    this.range = vpcId;
    const vpcs = new DataAwsVpcs(this, "vpcs", { filter: [named("vpc-id", vpcId)] });
    const subnets = new DataAwsSubnets(this, "subnets", {
      filter: [named("vpc-id", vpcId)],
      ...must(Fn.contains(vpcs.ids, vpcId), `vpcId (${vpcId}) must be a VPC of this account in ${region}; correct it.`),
    });
    const tables = new RouteTables(this, "tables", { vpcId, subnets });
    this.publicSubnets = publicSubnetIds.map((each, index) => tables.subnet("public", each, index));
    this.privateSubnets = privateSubnetIds.map((each, index) => tables.subnet("private", each, index));
    this.vpc = new DataAwsVpc(this, "vpc", {
      id: vpcId,
      lifecycle: {
        precondition: [...zoneConditions(this.publicSubnets, publicSubnetIds, this.privateSubnets, privateSubnetIds)],
        postcondition: [
          {
            condition: "${self.enable_dns_support}",
            errorMessage: `vpcId (${vpcId}) must have DNS support, without which tasks find no registry; run aws ec2 modify-vpc-attribute --vpc-id ${vpcId} --enable-dns-support.`,
          },
        ],
      },
    });
  }

  get publicSubnetIds(): readonly string[] {
    return this.publicSubnets.map((subnet) => subnet.id);
  }

  get privateSubnetIds(): readonly string[] {
    return this.privateSubnets.map((subnet) => subnet.id);
  }
}

/** Which route table each subnet has: its own, or else the VPC's main one. */
class RouteTables extends Construct {
  readonly #vpcId: string;
  readonly #subnets: DataAwsSubnets;
  readonly #main: DataAwsRouteTables;
  readonly #toInternet: DataAwsRouteTables;

  constructor(scope: Construct, id: string, { vpcId, subnets }: { vpcId: string; subnets: DataAwsSubnets }) {
    super(scope, id);
    this.#vpcId = vpcId;
    this.#subnets = subnets;
    this.#main = new DataAwsRouteTables(this, "main", { vpcId, filter: [named("association.main", "true")] });
    this.#toInternet = new DataAwsRouteTables(this, "to-internet", {
      vpcId,
      filter: [named("route.gateway-id", "igw-*")],
    });
  }

  /** Looks a subnet up once it is known to be in the VPC and to be routed as its tier must be. */
  subnet(tier: Tier, subnetId: string, index: number): DataAwsSubnet {
    const field = `${tier}SubnetIds (${subnetId})`;
    const own = new DataAwsRouteTables(this, `${tier}-${index}`, {
      vpcId: this.#vpcId,
      filter: [named("association.subnet-id", subnetId)],
      ...must(
        Fn.contains(this.#subnets.ids, subnetId),
        `${field} must be a subnet of ${this.#vpcId}; name one of that VPC.`,
      ),
    });
    const table = Fn.element(Fn.concat([own.ids, this.#main.ids]), 0);
    const isPublic = Fn.contains(this.#toInternet.ids, table);
    return new DataAwsSubnet(this.node.scope as Construct, `${tier}-${index}`, {
      id: subnetId,
      ...(tier === "public"
        ? must(isPublic, `${field} must have a route to an internet gateway; name a public subnet.`)
        : must(
            Op.not(isPublic),
            `${field} must have no route to an internet gateway, since tasks have no public address; name a private subnet, which NAT takes out.`,
          )),
    });
  }
}

function* zoneConditions(
  publicSubnets: readonly DataAwsSubnet[],
  publicIds: readonly string[],
  privateSubnets: readonly DataAwsSubnet[],
  privateIds: readonly string[],
) {
  const zones = (subnets: readonly DataAwsSubnet[]) =>
    Fn.lengthOf(Fn.distinct(subnets.map(({ availabilityZone }) => availabilityZone)));
  yield {
    condition: Op.gte(zones(publicSubnets), publicIds.length),
    errorMessage: `publicSubnetIds (${publicIds.join(", ")}) must each lie in another zone, as a load balancer demands; name one of each zone.`,
  };
  yield {
    condition: Op.gte(zones(privateSubnets), 2),
    errorMessage: `privateSubnetIds (${privateIds.join(", ")}) must lie in at least two zones, so that the loss of one stops no service; name one of another zone.`,
  };
  for (const [index, { mapPublicIpOnLaunch }] of privateSubnets.entries()) {
    yield {
      condition: Op.not(mapPublicIpOnLaunch),
      errorMessage: `privateSubnetIds (${privateIds[index]}) must not give public addresses at launch; name a private subnet.`,
    };
  }
}

function named(name: string, value: string) {
  return { name, values: [value] };
}

/** What must hold before a data source is read. */
function must(condition: IResolvable, errorMessage: string): Pick<TerraformDataSource, "lifecycle"> & object {
  return { lifecycle: { precondition: [{ condition, errorMessage }] } };
}

/** What can be wrong without asking AWS. */
function checkIds({ vpcId, publicSubnetIds, privateSubnetIds }: ExistingNetworkProps): void {
  if (!/^vpc-[0-9a-f]{8,17}$/.test(vpcId)) {
    throw new Error(`vpcId (${vpcId}) must be the id of a VPC; write for example vpc-0a1b2c3d4e5f67890.`);
  }
  const ids = { publicSubnetIds, privateSubnetIds };
  const error = subnetIdsError(ids);
  if (error === undefined) return;
  const [field, index] = error.path;
  throw new Error(`${field} (${index === undefined ? ids[field].join(", ") : ids[field][index]}) ${error.must}`);
}

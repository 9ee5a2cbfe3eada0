import { Eip } from "@cdktf/provider-aws/lib/eip";
import type { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import type { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { Construct } from "constructs";
import type { Subnets } from "./subnets.ts";

export type NatGatewaysShape = "none" | "single" | "one-per-az";

export interface NatGatewaysProps {
  readonly publicSubnets: Subnets;
  /** Tables of the private subnets, by the letter of their zone. */
  readonly privateRouteTables: ReadonlyMap<string, RouteTable>;
  /** A gateway has its way out only once this is attached. */
  readonly internetGateway: InternetGateway;
  readonly name: string;
  readonly shape: NatGatewaysShape;
  readonly protection: "full" | "none";
}

/** The private subnets' way out: no gateway, one in the first zone, or one in each. */
export class NatGateways extends Construct {
  readonly addresses: ReadonlyMap<string, Eip>;
  readonly gateways: ReadonlyMap<string, NatGateway>;

  constructor(scope: Construct, id: string, props: NatGatewaysProps) {
    super(scope, id);
    const { publicSubnets, privateRouteTables, internetGateway, name, shape, protection } = props;
    const subnets = [...publicSubnets.subnets];
    const served = { none: [], single: subnets.slice(0, 1), "one-per-az": subnets }[shape];
    const addresses = new Map<string, Eip>();
    const gateways = new Map<string, NatGateway>();
    for (const [letter, subnet] of served) {
      const tags = { Name: `${name}-nat-${letter}` };
      const eip = new Eip(this, `address-${letter}`, {
        domain: "vpc",
        tags,
        ...(protection === "full" && { lifecycle: { preventDestroy: true } }),
      });
      addresses.set(letter, eip);
      const allocationId = eip.id;
      const dependsOn = [internetGateway];
      gateways.set(letter, new NatGateway(this, letter, { allocationId, subnetId: subnet.id, tags, dependsOn }));
    }
    const [first] = gateways.values();
    for (const [letter, table] of privateRouteTables) {
      const gateway = gateways.get(letter) ?? first;
      if (gateway === undefined) continue;
      new Route(this, `default-${letter}`, {
        routeTableId: table.id,
        destinationCidrBlock: "0.0.0.0/0",
        natGatewayId: gateway.id,
      });
    }
    this.addresses = addresses;
    this.gateways = gateways;
  }

  get publicIps(): readonly string[] {
    return [...this.addresses.values()].map((eip) => eip.publicIp);
  }
}

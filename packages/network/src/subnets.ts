import type { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import type { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { Construct } from "constructs";
import { subnetCidr } from "./subnet-cidr.ts";

export interface SubnetsProps {
  readonly name: string;
  readonly vpc: Vpc;
  readonly cidrBlock: string;
  readonly tier: "public" | "private";
  readonly region: string;
  readonly letters: readonly string[];
  readonly routeTable: (letter: string) => RouteTable;
}

/** One tier of a network: a subnet per zone with its route table. */
export class Subnets extends Construct {
  readonly subnets: ReadonlyMap<string, Subnet>;

  constructor(scope: Construct, id: string, props: SubnetsProps) {
    super(scope, id);
    const { name, vpc, cidrBlock, tier, region, letters, routeTable } = props;
    this.subnets = new Map(
      letters.map((letter) => {
        const subnet = new Subnet(this, `subnet-${letter}`, {
          vpcId: vpc.id,
          cidrBlock: subnetCidr(cidrBlock, tier, letter),
          availabilityZone: `${region}${letter}`,
          // Who needs a public address asks for one; nothing gets it by being there.
          mapPublicIpOnLaunch: false,
          tags: { Name: `${name}-${tier}-${letter}` },
        });
        new RouteTableAssociation(this, `routes-${letter}`, {
          subnetId: subnet.id,
          routeTableId: routeTable(letter).id,
        });
        return [letter, subnet];
      }),
    );
  }

  get ids(): readonly string[] {
    return [...this.subnets.values()].map((subnet) => subnet.id);
  }
}

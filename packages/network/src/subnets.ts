import type { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import type { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { Construct } from "constructs";

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
  /** The subnets' address ranges. */
  readonly ranges: readonly string[];

  constructor(scope: Construct, id: string, props: SubnetsProps) {
    super(scope, id);
    const { name, vpc, cidrBlock, tier, region, letters, routeTable } = props;
    this.ranges = letters.map((letter) => subnetCidr(cidrBlock, tier, letter));
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

/** Each tier has eight slots of 1/32 of the network: public 0–7, private 8–15; half of the network stays free. */
const slots = { public: 0, private: 8 } as const;

/** The range of a zone's subnet. It depends on the zone's letter only, so adding or removing a zone moves no other subnet. */
export function subnetCidr(cidrBlock: string, tier: keyof typeof slots, zoneLetter: string): string {
  const { base, prefix } = parseCidr(cidrBlock);
  const slot = slots[tier] + zoneLetter.charCodeAt(0) - "a".charCodeAt(0);
  const start = base + slot * 2 ** (32 - prefix - 5);
  return `${[24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256).join(".")}/${prefix + 5}`;
}

/** Address and prefix of a network's range, /16 to /22: a load balancer's subnet must not be smaller than /27. */
export function parseCidr(cidrBlock: string): { readonly base: number; readonly prefix: number } {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidrBlock);
  const [a = 256, b = 256, c = 256, d = 256, prefix = 33] = match?.slice(1).map(Number) ?? [];
  const base = ((a * 256 + b) * 256 + c) * 256 + d;
  const aligned = prefix >= 16 && prefix <= 22 && base % 2 ** (32 - prefix) === 0;
  if (Math.max(a, b, c, d) > 255 || !aligned) {
    throw new Error(
      `cidrBlock (${cidrBlock}) must be the first address of an IPv4 range and a prefix from /16 to /22; write for example 10.0.0.0/16.`,
    );
  }
  return { base, prefix };
}

/** Splits an availability zone's name; its letter names subnets and picks their address ranges. */
export function availabilityZone(name: string): { readonly region: string; readonly letter: string } {
  const [, region, letter] = /^([a-z]+(?:-[a-z]+)+-\d)([a-h])$/.exec(name) ?? [];
  if (region === undefined || letter === undefined) {
    throw new Error(
      `availabilityZones (${name}) must be full names of zones such as eu-west-1a; local zones are not supported.`,
    );
  }
  return { region, letter };
}

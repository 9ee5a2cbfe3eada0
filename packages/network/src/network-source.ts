import type { IConstruct } from "constructs";
import type { NatGatewaysShape } from "./nat-gateways.ts";

/** Where load balancers and services are put: a `Network`, or an `ExistingNetwork` that somebody else manages. */
export interface NetworkSource extends IConstruct {
  readonly vpc: { readonly id: string };
  readonly publicSubnetIds: readonly string[];
  readonly privateSubnetIds: readonly string[];
  readonly region: string;
  /** How private subnets reach the internet; undefined: as whoever manages the network wants it. */
  readonly natGateways: NatGatewaysShape | undefined;
  /** Differs where the VPC is another one: part of names that must then be others. */
  readonly range: string;
  /** Addresses that private subnets are seen from, as far as they are known. */
  readonly natPublicIps: readonly string[];
}

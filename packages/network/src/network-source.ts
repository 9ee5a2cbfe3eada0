import type { IConstruct } from "constructs";
import type { EndpointService } from "./endpoint-services.ts";

/** Where load balancers and services are put: a `Network`, or an `ExistingNetwork` that somebody else manages. */
export interface NetworkSource extends IConstruct {
  readonly vpc: { readonly id: string };
  readonly publicSubnetIds: readonly string[];
  readonly privateSubnetIds: readonly string[];
  readonly region: string;
  /** All that private subnets reach of AWS, next to S3; undefined: anything, by NAT, or what whoever manages the network wants. */
  readonly reachableServices: readonly EndpointService[] | undefined;
  /** Differs where the VPC is another one: part of names that must then be others. */
  readonly range: string;
  /** Addresses that private subnets are seen from, as far as they are known. */
  readonly natPublicIps: readonly string[];
}

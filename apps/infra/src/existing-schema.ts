import { subnetIdsError } from "@slipway/network/subnet-ids";
import * as z from "zod";
import { must } from "./must.ts";

const subnetIds = z.array(
  z.string(must("be an id", "write for example subnet-0a1b2c3d4e5f67890")),
  must("be a list of subnets", "write for example subnet-0a1b2c3d4e5f67890, at least two"),
);

/** A VPC that somebody else manages: looked up and checked by each plan, never changed. */
export const existingNetworkSchema = z
  .strictObject(
    {
      vpcId: z
        .string(must("be the id of a VPC", "write for example vpc-0a1b2c3d4e5f67890"))
        .regex(/^vpc-[0-9a-f]{8,17}$/, must("be the id of a VPC", "write for example vpc-0a1b2c3d4e5f67890")),
      /** Of the load balancer, one of each zone. */
      publicSubnetIds: subnetIds,
      /** Of the tasks, behind NAT. */
      privateSubnetIds: subnetIds,
    },
    must("be { vpcId, publicSubnetIds, privateSubnetIds }", "leave it out for a network of its own"),
  )
  .superRefine((network, context) => {
    const error = subnetIdsError(network);
    if (error !== undefined) context.addIssue({ code: "custom", path: error.path, message: error.must });
  });

const repositoryMust = must(
  "be the name of an ECR repository, without its registry",
  "write for example shop or team/shop",
);

/** An ECR repository that somebody else manages: images are pushed there and nothing else of it is changed. */
export const imageRepositorySchema = z.strictObject(
  {
    name: z
      .string(repositoryMust)
      .regex(/^(?!.*\.dkr[.-]ecr)[a-z0-9]+((\.|_{1,2}|-+|\/)[a-z0-9]+)*$/, repositoryMust)
      .min(2, repositoryMust)
      .max(256, repositoryMust),
    /** @default the environment's */
    account: z
      .string(must("be a text of 12 digits", "put the account's number in quotes"))
      .regex(/^\d{12}$/, must("be 12 digits", "give the account's number"))
      .optional(),
    /** @default the environment's */
    region: z
      .string(must("be a region", "write for example eu-west-1"))
      .regex(/^[a-z]+(-[a-z]+)+-\d$/, must("be a region", "write for example eu-west-1"))
      .optional(),
  },
  must("be { name }", "leave it out for a repository of its own"),
);

interface NetworkFields {
  readonly network?: object | undefined;
  readonly availabilityZones?: readonly string[] | undefined;
  readonly cidrBlock?: string | undefined;
  readonly natGateways?: string | undefined;
  readonly endpoints?: unknown;
  readonly flowLogs?: string | undefined;
}

const ownNetwork = {
  availabilityZones: must("be a list of zones", "name at least two, or network for one that is there"),
  cidrBlock: must("be an IPv4 range", "write for example 10.0.0.0/16, or network for one that is there"),
} as const;

/** Of a network of its own too, but with a default. */
const optional = ["natGateways", "endpoints", "flowLogs"] as const;

/** An environment has a network of its own or one that is there: what is wrong, by field. */
export function networkErrors(environment: NetworkFields): readonly (readonly [field: string, must: string])[] {
  const fields = Object.entries(ownNetwork) as [keyof typeof ownNetwork, string][];
  if (environment.network === undefined) {
    return fields.filter(([field]) => environment[field] === undefined);
  }
  return [...fields.map(([field]) => field), ...optional]
    .filter((field) => environment[field] !== undefined)
    .map((field) => [field, must("not be there beside network, which is as it is", "remove one of the two")]);
}

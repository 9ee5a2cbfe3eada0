import { ExistingNetwork, Network, type NetworkSource } from "@slipway/network";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../environment.ts";
import { rolePlacement } from "../role-placement.ts";
import { BaseStack } from "./base-stack.ts";

/** The network; it rarely changes. Of one that is there, the stack holds no resources, only what was found. */
export class NetworkStack extends BaseStack {
  readonly network: NetworkSource;

  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id, environment);
    const { network, region } = environment;
    this.network =
      network === undefined
        ? ownNetwork(this, environment)
        : new ExistingNetwork(this, "network", { ...network, region });
    new TerraformOutput(this, "vpc_id", { value: this.network.vpc.id });
    new TerraformOutput(this, "public_subnet_ids", { value: this.network.publicSubnetIds });
    new TerraformOutput(this, "private_subnet_ids", { value: this.network.privateSubnetIds });
    new TerraformOutput(this, "nat_public_ips", { value: this.network.natPublicIps });
  }
}

function ownNetwork(scope: Construct, environment: Environment): Network {
  const { name, availabilityZones = [], cidrBlock = "", natGateways = "none", endpoints = "none" } = environment;
  const { flowLogs = "none", protection } = environment;
  const roles = rolePlacement(environment, "flow-logs");
  const props = { name, availabilityZones, cidrBlock, natGateways, endpoints, flowLogs, roles, protection };
  return new Network(scope, "network", props);
}

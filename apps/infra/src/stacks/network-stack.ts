import { Network } from "@slipway/network";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../environment.ts";
import { BaseStack } from "./base-stack.ts";

/** The network; it rarely changes. */
export class NetworkStack extends BaseStack {
  readonly network: Network;

  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id, environment);
    const { name, availabilityZones, cidrBlock, natGateways, protection } = environment;
    this.network = new Network(this, "network", { name, availabilityZones, cidrBlock, natGateways, protection });
    new TerraformOutput(this, "vpc_id", { value: this.network.vpc.id });
    new TerraformOutput(this, "public_subnet_ids", { value: this.network.publicSubnetIds });
    new TerraformOutput(this, "private_subnet_ids", { value: this.network.privateSubnetIds });
    new TerraformOutput(this, "nat_public_ips", { value: this.network.natPublicIps });
  }
}

import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Construct } from "constructs";
import type { EndpointService } from "./endpoint-services.ts";
import type { NetworkSource } from "./network-source.ts";
import { SecurityGroup } from "./security-group.ts";
import type { Subnets } from "./subnets.ts";

export interface InterfaceEndpointsProps {
  readonly name: string;
  readonly network: NetworkSource;
  /** Where the endpoints are, one address in each, and who may use them. */
  readonly privateSubnets: Subnets;
  readonly services: readonly EndpointService[];
}

/** AWS's services at addresses of the network's own: private subnets reach them without a way to the internet. */
export class InterfaceEndpoints extends Construct {
  /** Of all endpoints: lets the private subnets in. Whoever else in the network uses these services needs a rule of its own. */
  readonly securityGroup: SecurityGroup;
  readonly endpoints: ReadonlyMap<EndpointService, VpcEndpoint>;

  constructor(scope: Construct, id: string, props: InterfaceEndpointsProps) {
    super(scope, id);
    const { name, network, privateSubnets, services } = props;
    this.securityGroup = new SecurityGroup(this, "security-group", {
      name: `${name}-endpoints`,
      network,
      description: "Interface endpoints",
    });
    for (const cidr of privateSubnets.ranges) this.securityGroup.allowFrom({ cidr }, 443);
    this.endpoints = new Map(
      services.map((service) => [
        service,
        new VpcEndpoint(this, service.replace(".", "-"), {
          vpcId: network.vpc.id,
          serviceName: `com.amazonaws.${network.region}.${service}`,
          vpcEndpointType: "Interface",
          // The service's usual name then leads here: no client needs to be told.
          privateDnsEnabled: true,
          subnetIds: [...privateSubnets.ids],
          securityGroupIds: [this.securityGroup.id],
          tags: { Name: `${name}-${service}` },
        }),
      ]),
    );
  }
}

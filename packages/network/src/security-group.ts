import { SecurityGroup as AwsSecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import { checkName } from "./names.ts";
import type { NetworkSource } from "./network-source.ts";

export interface SecurityGroupProps {
  /** The group's Name tag, and with a random end its name. */
  readonly name: string;
  readonly network: NetworkSource;
  /** What the group is for. Changing it replaces the group. */
  readonly description: string;
}

/** Who may talk: a group, or a range of addresses. */
export type Peer = SecurityGroup | { readonly cidr: string };

/** A security group that starts closed both ways. Rules are resources of their own: rules inside the group would fight with them. */
export class SecurityGroup extends Construct {
  readonly securityGroup: AwsSecurityGroup;

  constructor(scope: Construct, id: string, props: SecurityGroupProps) {
    super(scope, id);
    const { name, network, description } = props;
    checkName("name", name);
    this.securityGroup = new AwsSecurityGroup(this, "group", {
      // A prefix: the new group must exist before the old one can leave the interfaces that use it.
      namePrefix: `${name}-`,
      description,
      vpcId: network.vpc.id,
      revokeRulesOnDelete: true,
      tags: { Name: name },
      lifecycle: { createBeforeDestroy: true },
    });
  }

  get id(): string {
    return this.securityGroup.id;
  }

  /** Lets a peer connect to a TCP port. */
  allowFrom(peer: Peer, port: number): VpcSecurityGroupIngressRule {
    return new VpcSecurityGroupIngressRule(this, this.ruleId("from", peer, port), {
      securityGroupId: this.id,
      ...target(peer),
      ...tcp(port),
    });
  }

  /** Lets the group connect to a TCP port of a peer. */
  allowTo(peer: Peer, port: number): VpcSecurityGroupEgressRule {
    return new VpcSecurityGroupEgressRule(this, this.ruleId("to", peer, port), {
      securityGroupId: this.id,
      ...target(peer),
      ...tcp(port),
    });
  }

  /** Lets the group connect to anything: image registry, secrets, mail, other people's APIs. */
  allowToAnywhere(): VpcSecurityGroupEgressRule {
    return new VpcSecurityGroupEgressRule(this, "to-anywhere", {
      securityGroupId: this.id,
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "-1",
    });
  }

  private ruleId(direction: "from" | "to", peer: Peer, port: number): string {
    checkPort(port);
    const other = peer instanceof SecurityGroup ? peer.node.path.replaceAll("/", "-") : cidrId(peer.cidr);
    const id = `${direction}-${other}-${port}`;
    if (this.node.tryFindChild(id) !== undefined) {
      throw new Error(`port (${port}) must be allowed ${direction} ${other} only once; remove the second call.`);
    }
    return id;
  }
}

function checkPort(port: number): void {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`port (${port}) must be a whole number from 1 to 65535; give the port that is listened on.`);
  }
}

function cidrId(cidr: string): string {
  if (!/^[\d.]+\/\d+$/.test(cidr)) {
    throw new Error(`cidr (${cidr}) must be an IPv4 range with its prefix; write for example 203.0.113.7/32.`);
  }
  return cidr.replace("/", "-");
}

function target(peer: Peer): { readonly cidrIpv4: string } | { readonly referencedSecurityGroupId: string } {
  return peer instanceof SecurityGroup ? { referencedSecurityGroupId: peer.id } : { cidrIpv4: peer.cidr };
}

function tcp(port: number): { readonly ipProtocol: string; readonly fromPort: number; readonly toPort: number } {
  return { ipProtocol: "tcp", fromPort: port, toPort: port };
}

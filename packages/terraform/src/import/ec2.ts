import type { EC2Client, SecurityGroupRule } from "@aws-sdk/client-ec2";
import { type AwsTags, type FinderFactory, sameTags, type Values } from "./finder.ts";

interface Candidate {
  readonly id: string | undefined;
  readonly tags: AwsTags;
  /** Attributes that must equal the planned ones; one not known yet means: not now, perhaps in the next round. */
  readonly attributes: Values;
}

/** EC2 objects have no names of their own: they are recognised by all their tags and the attributes that set them apart. */
export const ec2Finders: FinderFactory = (config) => {
  const aws = client(config);
  const tagged = (list: (api: Api) => Promise<Candidate[]>) => async (values: Values) => {
    if (!(values.tags_all as Record<string, string> | undefined)?.Name) return undefined;
    const found = (await list(await aws())).filter(
      ({ tags, attributes }) => matches(values, attributes) && sameTags(values, tags),
    );
    return found.map(({ id }) => id).sort()[0];
  };
  return {
    aws_vpc: tagged(async ({ sdk, ec2 }) => {
      const { Vpcs = [] } = await ec2.send(new sdk.DescribeVpcsCommand({}));
      return Vpcs.map((vpc) => ({ id: vpc.VpcId, tags: vpc.Tags, attributes: { cidr_block: vpc.CidrBlock } }));
    }),
    aws_subnet: tagged(async ({ sdk, ec2 }) => {
      const { Subnets = [] } = await ec2.send(new sdk.DescribeSubnetsCommand({}));
      return Subnets.map((subnet) => ({
        id: subnet.SubnetId,
        tags: subnet.Tags,
        attributes: { vpc_id: subnet.VpcId, cidr_block: subnet.CidrBlock },
      }));
    }),
    // Made first and attached afterwards: one cut off in between belongs to no VPC yet.
    aws_internet_gateway: tagged(async ({ sdk, ec2 }) => {
      const { InternetGateways = [] } = await ec2.send(new sdk.DescribeInternetGatewaysCommand({}));
      return InternetGateways.map((gateway) => ({ id: gateway.InternetGatewayId, tags: gateway.Tags, attributes: {} }));
    }),
    aws_eip: tagged(async ({ sdk, ec2 }) => {
      const { Addresses = [] } = await ec2.send(new sdk.DescribeAddressesCommand({}));
      return Addresses.map((address) => ({ id: address.AllocationId, tags: address.Tags, attributes: {} }));
    }),
    aws_nat_gateway: tagged(async ({ sdk, ec2 }) => {
      const { NatGateways = [] } = await ec2.send(new sdk.DescribeNatGatewaysCommand({}));
      return NatGateways.filter(({ State }) => State === "pending" || State === "available").map((gateway) => ({
        id: gateway.NatGatewayId,
        tags: gateway.Tags,
        attributes: { subnet_id: gateway.SubnetId },
      }));
    }),
    aws_route_table: tagged(async ({ sdk, ec2 }) => {
      const { RouteTables = [] } = await ec2.send(new sdk.DescribeRouteTablesCommand({}));
      return RouteTables.map((table) => ({
        id: table.RouteTableId,
        tags: table.Tags,
        attributes: { vpc_id: table.VpcId },
      }));
    }),
    aws_vpc_endpoint: tagged(async ({ sdk, ec2 }) => {
      const { VpcEndpoints = [] } = await ec2.send(new sdk.DescribeVpcEndpointsCommand({}));
      return VpcEndpoints.filter(({ State }) => !/delet|reject|fail/i.test(State ?? "")).map((endpoint) => ({
        id: endpoint.VpcEndpointId,
        tags: endpoint.Tags,
        attributes: { vpc_id: endpoint.VpcId, service_name: endpoint.ServiceName },
      }));
    }),
    aws_flow_log: tagged(async ({ sdk, ec2 }) => {
      const { FlowLogs = [] } = await ec2.send(new sdk.DescribeFlowLogsCommand({}));
      return FlowLogs.map((log) => ({
        id: log.FlowLogId,
        tags: log.Tags,
        attributes: { vpc_id: log.ResourceId, traffic_type: log.TrafficType, log_destination: log.LogDestination },
      }));
    }),
    aws_security_group: async (values) => await findGroup(await aws(), values),
    aws_route: async (values) => {
      const { route_table_id: table, destination_cidr_block: destination } = values;
      if (typeof table !== "string" || typeof destination !== "string") return undefined;
      const { sdk, ec2 } = await aws();
      const { RouteTables = [] } = await ec2.send(new sdk.DescribeRouteTablesCommand({}));
      const routes = RouteTables.find(({ RouteTableId }) => RouteTableId === table)?.Routes ?? [];
      const exists = routes.some(({ DestinationCidrBlock }) => DestinationCidrBlock === destination);
      return exists ? `${table}_${destination}` : undefined;
    },
    aws_route_table_association: async (values) => {
      const { route_table_id: table, subnet_id: subnet } = values;
      if (typeof table !== "string" || typeof subnet !== "string") return undefined;
      const { sdk, ec2 } = await aws();
      const { RouteTables = [] } = await ec2.send(new sdk.DescribeRouteTablesCommand({}));
      const associations = RouteTables.find(({ RouteTableId }) => RouteTableId === table)?.Associations ?? [];
      return associations.some(({ SubnetId }) => SubnetId === subnet) ? `${subnet}/${table}` : undefined;
    },
    aws_vpc_security_group_ingress_rule: async (values) => await findRule(await aws(), values, false),
    aws_vpc_security_group_egress_rule: async (values) => await findRule(await aws(), values, true),
  };
};

interface Api {
  readonly sdk: typeof import("@aws-sdk/client-ec2");
  readonly ec2: EC2Client;
}

function client(config: Parameters<FinderFactory>[0]): () => Promise<Api> {
  let api: Promise<Api> | undefined;
  return () => {
    api ??= import("@aws-sdk/client-ec2").then((sdk) => ({ sdk, ec2: new sdk.EC2Client(config) }));
    return api;
  };
}

function matches(values: Values, attributes: Values): boolean {
  return Object.entries(attributes).every(([name, value]) => name in values && (values[name] ?? undefined) === value);
}

async function findGroup(api: Api, values: Values): Promise<string | undefined> {
  const { sdk, ec2 } = api;
  const { name, name_prefix: prefix } = values;
  const { SecurityGroups = [] } = await ec2.send(new sdk.DescribeSecurityGroupsCommand({}));
  const found = SecurityGroups.find(
    ({ GroupName = "", VpcId, Tags }) =>
      (typeof name === "string" ? GroupName === name : typeof prefix === "string" && GroupName.startsWith(prefix)) &&
      matches(values, { vpc_id: VpcId }) &&
      sameTags(values, Tags),
  );
  if (found?.GroupId !== undefined) await revokeDefaultEgressRule(api, found.GroupId);
  return found?.GroupId;
}

/**
 * AWS creates a group with a default egress rule, which the provider revokes in a second call. After a kill between the two, an import
 * would keep that rule. Our own rules have tags, the default rule has none.
 */
async function revokeDefaultEgressRule({ sdk, ec2 }: Api, group: string): Promise<void> {
  const { SecurityGroupRules = [] } = await ec2.send(
    new sdk.DescribeSecurityGroupRulesCommand({ Filters: [{ Name: "group-id", Values: [group] }] }),
  );
  const defaultRules = SecurityGroupRules.filter(
    ({ GroupId, IsEgress, IpProtocol, Tags = [] }) =>
      GroupId === group && IsEgress && IpProtocol === "-1" && Tags.length === 0,
  );
  const SecurityGroupRuleIds = defaultRules.map(({ SecurityGroupRuleId: id }) => id).filter((id) => id !== undefined);
  if (SecurityGroupRuleIds.length === 0) return;
  await ec2.send(new sdk.RevokeSecurityGroupEgressCommand({ GroupId: group, SecurityGroupRuleIds }));
}

async function findRule({ sdk, ec2 }: Api, values: Values, egress: boolean): Promise<string | undefined> {
  const { security_group_id: group } = values;
  if (typeof group !== "string") return undefined;
  const { SecurityGroupRules = [] } = await ec2.send(
    new sdk.DescribeSecurityGroupRulesCommand({ Filters: [{ Name: "group-id", Values: [group] }] }),
  );
  return SecurityGroupRules.find(
    (rule) =>
      rule.GroupId === group &&
      rule.IsEgress === egress &&
      sameTags(values, rule.Tags) &&
      matches(values, ruleValues(rule)),
  )?.SecurityGroupRuleId;
}

// A rule for all protocols has ports -1 in EC2's answer and none in the plan.
function ruleValues(rule: SecurityGroupRule): Values {
  const all = rule.IpProtocol === "-1";
  return {
    ip_protocol: rule.IpProtocol,
    ...(all ? {} : { from_port: rule.FromPort, to_port: rule.ToPort }),
    cidr_ipv4: rule.CidrIpv4,
    cidr_ipv6: rule.CidrIpv6,
    referenced_security_group_id: rule.ReferencedGroupInfo?.GroupId,
  };
}

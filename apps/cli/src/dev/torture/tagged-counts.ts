import { clientSettings } from "../../local/aws-reads.ts";

/** Where CloudFront's certificates are. */
const cloudFrontRegion = "us-east-1";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Counts an environment's resources in AWS by Terraform type, for types that AWS creates twice without an error. Resources with
 * unique names cannot be duplicated.
 */
export async function taggedCounts(
  variables: Variables,
  environment: string,
): Promise<Readonly<Record<string, number>>> {
  const settings = clientSettings(variables);
  return {
    ...(await network(settings, environment)),
    ...(await loadBalancers(settings, environment)),
    aws_route53_zone: await zones(settings, environment),
    aws_acm_certificate:
      (await certificates(settings, environment)) +
      (settings.region === cloudFrontRegion
        ? 0
        : await certificates({ ...settings, region: cloudFrontRegion }, environment)),
    aws_apigatewayv2_api: await apis(settings, environment),
  };
}

type Settings = ReturnType<typeof clientSettings>;

async function network(settings: Settings, environment: string): Promise<Record<string, number>> {
  const sdk = await import("@aws-sdk/client-ec2");
  const ec2 = new sdk.EC2Client(settings);
  const Filters = [{ Name: "tag:Environment", Values: [environment] }];
  const { Vpcs = [] } = await ec2.send(new sdk.DescribeVpcsCommand({ Filters }));
  const { Subnets = [] } = await ec2.send(new sdk.DescribeSubnetsCommand({ Filters }));
  const { InternetGateways = [] } = await ec2.send(new sdk.DescribeInternetGatewaysCommand({ Filters }));
  const { NatGateways = [] } = await ec2.send(new sdk.DescribeNatGatewaysCommand({ Filter: Filters }));
  const { Addresses = [] } = await ec2.send(new sdk.DescribeAddressesCommand({ Filters }));
  const { RouteTables = [] } = await ec2.send(new sdk.DescribeRouteTablesCommand({ Filters }));
  const { SecurityGroups = [] } = await ec2.send(new sdk.DescribeSecurityGroupsCommand({ Filters }));
  const { VpcEndpoints = [] } = await ec2.send(new sdk.DescribeVpcEndpointsCommand({ Filters }));
  return {
    aws_vpc: Vpcs.length,
    aws_subnet: Subnets.length,
    aws_internet_gateway: InternetGateways.length,
    aws_nat_gateway: NatGateways.filter(({ State }) => State === "pending" || State === "available").length,
    aws_eip: Addresses.length,
    aws_route_table: RouteTables.length,
    aws_security_group: SecurityGroups.filter(({ GroupName }) => GroupName !== "default").length,
    aws_vpc_endpoint: VpcEndpoints.filter(({ State }) => !/delet/i.test(State ?? "")).length,
  };
}

async function loadBalancers(settings: Settings, environment: string): Promise<Record<string, number>> {
  const sdk = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const client = new sdk.ElasticLoadBalancingV2Client(settings);
  const tagged = async (arns: readonly (string | undefined)[]) => {
    const ResourceArns = arns.flatMap((arn) => arn ?? []);
    if (ResourceArns.length === 0) return 0;
    const { TagDescriptions = [] } = await client.send(new sdk.DescribeTagsCommand({ ResourceArns }));
    return TagDescriptions.filter(({ Tags = [] }) =>
      Tags.some(({ Key, Value }) => Key === "Environment" && Value === environment),
    ).length;
  };
  const { LoadBalancers = [] } = await client.send(new sdk.DescribeLoadBalancersCommand({}));
  const { TargetGroups = [] } = await client.send(new sdk.DescribeTargetGroupsCommand({}));
  const arns = LoadBalancers.flatMap(({ LoadBalancerArn }) => LoadBalancerArn ?? []);
  const listeners = await Promise.all(
    arns.map((LoadBalancerArn) => client.send(new sdk.DescribeListenersCommand({ LoadBalancerArn }))),
  );
  return {
    aws_lb: await tagged(arns),
    aws_lb_target_group: await tagged(TargetGroups.map(({ TargetGroupArn }) => TargetGroupArn)),
    aws_lb_listener: await tagged(listeners.flatMap(({ Listeners = [] }) => Listeners.map((one) => one.ListenerArn))),
  };
}

interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

const isOf = (tags: readonly Tag[] | undefined, environment: string) =>
  tags?.some(({ Key, Value }) => Key === "Environment" && Value === environment) ?? false;

async function zones(settings: Settings, environment: string): Promise<number> {
  const sdk = await import("@aws-sdk/client-route-53");
  const route53 = new sdk.Route53Client(settings);
  const { HostedZones = [] } = await route53.send(new sdk.ListHostedZonesCommand({}));
  const tags = await Promise.all(
    HostedZones.map(({ Id }) =>
      route53.send(
        new sdk.ListTagsForResourceCommand({ ResourceType: "hostedzone", ResourceId: Id?.replace("/hostedzone/", "") }),
      ),
    ),
  );
  return tags.filter(({ ResourceTagSet }) => isOf(ResourceTagSet?.Tags, environment)).length;
}

async function certificates(settings: Settings, environment: string): Promise<number> {
  const sdk = await import("@aws-sdk/client-acm");
  const acm = new sdk.ACMClient(settings);
  const { CertificateSummaryList = [] } = await acm.send(new sdk.ListCertificatesCommand({}));
  const tags = await Promise.all(
    CertificateSummaryList.map(({ CertificateArn }) =>
      acm.send(new sdk.ListTagsForCertificateCommand({ CertificateArn })),
    ),
  );
  return tags.filter(({ Tags }) => isOf(Tags, environment)).length;
}

async function apis(settings: Settings, environment: string): Promise<number> {
  const sdk = await import("@aws-sdk/client-apigatewayv2");
  const { Items = [] } = await new sdk.ApiGatewayV2Client(settings).send(new sdk.GetApisCommand({}));
  return Items.filter(({ Tags }) => Tags?.Environment === environment).length;
}

import type { Outputs, Stack } from "@slipway/terraform";

type Variables = Readonly<Record<string, string | undefined>>;

/** Read-only AWS calls of `npm start` and `npm run status`. Each SDK client is loaded on first use. */
interface AwsReads {
  /** Digest behind a tag; undefined when the repository has no such tag. */
  imageDigest(repository: string, tag: string): Promise<string | undefined>;
  /** Digests of the containers of that name that run, without doubles. */
  runningDigests(cluster: string, service: string, container: string): Promise<readonly string[]>;
  serviceState(cluster: string, service: string): Promise<ServiceState | undefined>;
  repositoryExists(repository: string): Promise<boolean>;
  vpcExists(id: string): Promise<boolean>;
  zoneExists(domain: string): Promise<boolean>;
  certificateExists(arn: string): Promise<boolean>;
  bucketExists(bucket: string): Promise<boolean>;
  apiExists(host: string): Promise<boolean>;
}

export interface ServiceState {
  readonly running: number;
  readonly desired: number;
  readonly taskDefinition: string;
  readonly status: string;
}

export function awsReads(variables: Variables): AwsReads {
  const settings = clientSettings(variables);
  return {
    async imageDigest(repository, tag) {
      const { DescribeImagesCommand, ECRClient } = await import("@aws-sdk/client-ecr");
      const command = new DescribeImagesCommand({ repositoryName: repository, imageIds: [{ imageTag: tag }] });
      const answer = await orUndefined(
        new ECRClient(settings).send(command),
        "ImageNotFoundException",
        "RepositoryNotFoundException",
      );
      return answer?.imageDetails?.[0]?.imageDigest;
    },
    async runningDigests(cluster, service, container) {
      const { DescribeTasksCommand, ECSClient, ListTasksCommand } = await import("@aws-sdk/client-ecs");
      const ecs = new ECSClient(settings);
      const { taskArns = [] } = await ecs.send(
        new ListTasksCommand({ cluster, serviceName: service, desiredStatus: "RUNNING" }),
      );
      if (taskArns.length === 0) return [];
      const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
      const digests = tasks
        .filter((task) => task.lastStatus === "RUNNING")
        .flatMap((task) => task.containers ?? [])
        .filter(({ name }) => name === container)
        .flatMap(({ imageDigest }) => imageDigest ?? []);
      return [...new Set(digests)];
    },
    async serviceState(cluster, service) {
      const { DescribeServicesCommand, ECSClient } = await import("@aws-sdk/client-ecs");
      const command = new DescribeServicesCommand({ cluster, services: [service] });
      const answer = await orUndefined(new ECSClient(settings).send(command), "ClusterNotFoundException");
      const found = answer?.services?.[0];
      if (found === undefined) return undefined;
      const { runningCount = 0, desiredCount = 0, taskDefinition = "", status = "" } = found;
      return { running: runningCount, desired: desiredCount, taskDefinition, status };
    },
    async repositoryExists(repository) {
      const { DescribeRepositoriesCommand, ECRClient } = await import("@aws-sdk/client-ecr");
      const command = new DescribeRepositoriesCommand({ repositoryNames: [repository] });
      return (await orUndefined(new ECRClient(settings).send(command), "RepositoryNotFoundException")) !== undefined;
    },
    async vpcExists(id) {
      const { DescribeVpcsCommand, EC2Client } = await import("@aws-sdk/client-ec2");
      const answer = await orUndefined(
        new EC2Client(settings).send(new DescribeVpcsCommand({ VpcIds: [id] })),
        "InvalidVpcID.NotFound",
      );
      return (answer?.Vpcs ?? []).length > 0;
    },
    ...edgeReads(settings),
  };
}

function edgeReads(
  settings: ReturnType<typeof clientSettings>,
): Pick<AwsReads, "zoneExists" | "certificateExists" | "bucketExists" | "apiExists"> {
  return {
    async zoneExists(domain) {
      const { ListHostedZonesByNameCommand, Route53Client } = await import("@aws-sdk/client-route-53");
      const command = new ListHostedZonesByNameCommand({ DNSName: domain, MaxItems: 1 });
      const { HostedZones = [] } = await new Route53Client(settings).send(command);
      return HostedZones[0]?.Name === `${domain}.`;
    },
    async certificateExists(arn) {
      const { ACMClient, DescribeCertificateCommand } = await import("@aws-sdk/client-acm");
      const client = new ACMClient({ ...settings, region: arn.split(":")[3] ?? settings.region });
      const command = new DescribeCertificateCommand({ CertificateArn: arn });
      return (await orUndefined(client.send(command), "ResourceNotFoundException")) !== undefined;
    },
    async bucketExists(Bucket) {
      const { HeadBucketCommand, S3Client } = await import("@aws-sdk/client-s3");
      const client = new S3Client({ ...settings, forcePathStyle: true });
      return (await orUndefined(client.send(new HeadBucketCommand({ Bucket })), "NotFound")) !== undefined;
    },
    async apiExists(DomainName) {
      const { ApiGatewayV2Client, GetDomainNameCommand } = await import("@aws-sdk/client-apigatewayv2");
      const answer = new ApiGatewayV2Client(settings).send(new GetDomainNameCommand({ DomainName }));
      return (await orUndefined(answer, "NotFoundException")) !== undefined;
    },
  };
}

/** Endpoint, region and credentials from `variables`, never from the process. */
export function clientSettings(variables: Variables) {
  return {
    endpoint: variables.AWS_ENDPOINT_URL ?? "",
    region: variables.AWS_REGION ?? "",
    credentials: {
      accessKeyId: variables.AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: variables.AWS_SECRET_ACCESS_KEY ?? "",
    },
  };
}

async function orUndefined<T>(answer: Promise<T>, ...absent: string[]): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (absent.includes((error as Error).name)) return undefined;
    throw error;
  }
}

type Exists = { readonly [K in keyof AwsReads as K extends `${string}Exists` ? K : never]: AwsReads[K] };

/** What one read call says of each stack, by its outputs. */
const asked: Readonly<Record<string, (reads: Exists, outputs: Outputs) => readonly Promise<boolean>[]>> = {
  registry: (reads, { repository_name }) => [reads.repositoryExists(String(repository_name))],
  network: (reads, { vpc_id }) => [reads.vpcExists(String(vpc_id))],
  dns: (reads, { name_servers = {} }) => Object.keys(name_servers as object).map((domain) => reads.zoneExists(domain)),
  certificates: (reads, { regional_certificate_arn: regional, global_certificate_arn: global }) =>
    [regional, global].flatMap((arn) => (arn === undefined ? [] : [reads.certificateExists(String(arn))])),
  "static-site": (reads, { static_bucket }) => [reads.bucketExists(String(static_bucket))],
  media: (reads, { media_bucket }) => [reads.bucketExists(String(media_bucket))],
  "http-api": (reads, { api_url }) => [reads.apiExists(new URL(String(api_url)).hostname)],
};

/** Checks by a stack's outputs whether its resources still exist: one read call, or one per service. */
export async function stillThere(
  reads: Exists & Pick<AwsReads, "serviceState">,
  { name }: Pick<Stack, "name">,
  outputs: Outputs,
): Promise<boolean> {
  const ask = asked[name];
  if (ask !== undefined) {
    const there = await Promise.all(ask(reads, outputs));
    return there.length > 0 && there.every(Boolean);
  }
  const services = Object.values((outputs.services ?? {}) as Record<string, Outputs>);
  const states = await Promise.all(
    services.map(({ cluster, service }) => reads.serviceState(String(cluster), String(service))),
  );
  return states.length > 0 && states.every((state) => state?.status === "ACTIVE");
}

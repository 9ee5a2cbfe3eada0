import { awsClientConfig, type Variables } from "@slipway/core";

/**
 * Resources that Terraform does not manage and that destroy must remove: running tasks, images, and task definition
 * revisions that deployments registered.
 */
export interface AwsLeftovers {
  /** Undefined when there is no such repository. */
  countImages(repository: string): Promise<number | undefined>;
  emptyRepository(repository: string): Promise<number>;
  runningTasks(cluster: string, service: string): Promise<number>;
  stopService(cluster: string, service: string): Promise<void>;
  /** Deregisters and deletes every revision of the family; returns how many were ACTIVE. */
  removeRevisions(family: string): Promise<number>;
}

export function createAwsLeftovers(variables: Variables, region: string): AwsLeftovers {
  const config = { region, ...awsClientConfig(variables) };
  return { ...images(config), ...tasks(config), removeRevisions: (family) => removeRevisions(config, family) };
}

type Config = ReturnType<typeof awsClientConfig> & { readonly region: string };

function images(config: Config): Pick<AwsLeftovers, "countImages" | "emptyRepository"> {
  const digests = async (repositoryName: string) => {
    const sdk = await import("@aws-sdk/client-ecr");
    const ecr = new sdk.ECRClient(config);
    const found = new Set<string>();
    try {
      for await (const { imageIds = [] } of sdk.paginateListImages({ client: ecr }, { repositoryName })) {
        for (const { imageDigest } of imageIds) if (imageDigest !== undefined) found.add(imageDigest);
      }
    } catch (error) {
      if ((error as Error).name === "RepositoryNotFoundException") return undefined;
      throw error;
    }
    return { sdk, ecr, found: [...found] };
  };
  return {
    countImages: async (repository) => (await digests(repository))?.found.length,
    async emptyRepository(repositoryName) {
      const listed = await digests(repositoryName);
      if (listed === undefined) return 0;
      const { sdk, ecr, found } = listed;
      // ECR deletes an image only after the image index that refers to it, so the loop tries the remaining images again.
      for (let left = found, before = -1; left.length > 0 && left.length !== before; ) {
        before = left.length;
        for (let start = 0; start < left.length; start += 100) {
          const imageIds = left.slice(start, start + 100).map((imageDigest) => ({ imageDigest }));
          await ecr.send(new sdk.BatchDeleteImageCommand({ repositoryName, imageIds }));
        }
        left = (await digests(repositoryName))?.found ?? [];
      }
      return found.length;
    },
  };
}

function tasks(config: Config): Pick<AwsLeftovers, "runningTasks" | "stopService"> {
  const active = async (cluster: string, service: string) => {
    const sdk = await import("@aws-sdk/client-ecs");
    const ecs = new sdk.ECSClient(config);
    try {
      const { services = [] } = await ecs.send(new sdk.DescribeServicesCommand({ cluster, services: [service] }));
      return { sdk, ecs, found: services.find(({ status }) => status === "ACTIVE") };
    } catch (error) {
      if ((error as Error).name === "ClusterNotFoundException") return { sdk, ecs, found: undefined };
      throw error;
    }
  };
  return {
    runningTasks: async (cluster, service) => (await active(cluster, service)).found?.runningCount ?? 0,
    async stopService(cluster, service) {
      const { sdk, ecs, found } = await active(cluster, service);
      if (found === undefined || found.desiredCount === 0) return;
      await ecs.send(new sdk.UpdateServiceCommand({ cluster, service, desiredCount: 0 }));
    },
  };
}

async function removeRevisions(config: Config, family: string): Promise<number> {
  const sdk = await import("@aws-sdk/client-ecs");
  const ecs = new sdk.ECSClient(config);
  const revisions = async (status: "ACTIVE" | "INACTIVE") => {
    const found: string[] = [];
    // familyPrefix also matches families with longer names.
    for await (const page of sdk.paginateListTaskDefinitions({ client: ecs }, { familyPrefix: family, status })) {
      found.push(...(page.taskDefinitionArns ?? []).filter((arn) => arn.includes(`:task-definition/${family}:`)));
    }
    return found;
  };
  const registered = await revisions("ACTIVE");
  for (const taskDefinition of registered) await ecs.send(new sdk.DeregisterTaskDefinitionCommand({ taskDefinition }));
  const inactive = await revisions("INACTIVE");
  for (let start = 0; start < inactive.length; start += 10) {
    await ecs.send(new sdk.DeleteTaskDefinitionsCommand({ taskDefinitions: inactive.slice(start, start + 10) }));
  }
  return registered.length;
}

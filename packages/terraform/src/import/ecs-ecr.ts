import { type FinderFactory, sameTags } from "./finder.ts";

/** ECS and ECR objects, by name. */
export const containerFinders: FinderFactory = (config) => ({
  aws_ecr_repository: async (values) => {
    const sdk = await import("@aws-sdk/client-ecr");
    const ecr = new sdk.ECRClient(config);
    const pages = sdk.paginateDescribeRepositories({ client: ecr }, {});
    for await (const { repositories = [] } of pages) {
      const found = repositories.find(({ repositoryName }) => repositoryName === values.name);
      if (found === undefined) continue;
      const { tags } = await ecr.send(new sdk.ListTagsForResourceCommand({ resourceArn: found.repositoryArn }));
      return sameTags(values, tags) ? found.repositoryName : undefined;
    }
    return undefined;
  },

  aws_ecs_cluster: async (values) => {
    const sdk = await import("@aws-sdk/client-ecs");
    const command = new sdk.DescribeClustersCommand({ clusters: [String(values.name)], include: ["TAGS"] });
    const { clusters = [] } = await new sdk.ECSClient(config).send(command);
    return clusters.find(({ status, tags }) => status === "ACTIVE" && sameTags(values, tags))?.clusterName;
  },

  aws_ecs_service: async (values) => {
    if (typeof values.cluster !== "string") return undefined;
    const cluster = values.cluster.split("/").at(-1) ?? "";
    const sdk = await import("@aws-sdk/client-ecs");
    const command = new sdk.DescribeServicesCommand({ cluster, services: [String(values.name)], include: ["TAGS"] });
    const { services = [] } = await new sdk.ECSClient(config).send(command);
    const found = services.find(({ status, tags }) => status === "ACTIVE" && sameTags(values, tags));
    return found === undefined ? undefined : `${cluster}/${found.serviceName}`;
  },

  // Only Terraform's own template; a revision that a deployment registered has another image.
  aws_ecs_task_definition: async (values) => {
    if (typeof values.container_definitions !== "string") return undefined;
    const images = (JSON.parse(values.container_definitions) as { image: string }[]).map(({ image }) => image);
    const sdk = await import("@aws-sdk/client-ecs");
    const ecs = new sdk.ECSClient(config);
    const family = String(values.family);
    const list = new sdk.ListTaskDefinitionsCommand({ familyPrefix: family, status: "ACTIVE", sort: "DESC" });
    const { taskDefinitionArns = [] } = await ecs.send(list);
    for (const arn of taskDefinitionArns.filter((each) => each.includes(`:task-definition/${family}:`))) {
      const describe = new sdk.DescribeTaskDefinitionCommand({ taskDefinition: arn, include: ["TAGS"] });
      const { taskDefinition, tags } = await ecs.send(describe);
      const found = (taskDefinition?.containerDefinitions ?? []).map(({ image }) => image);
      if (found.join() === images.join() && sameTags(values, tags)) return arn;
    }
    return undefined;
  },
});

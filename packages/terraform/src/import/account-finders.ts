import type { FinderFactory } from "./finder.ts";
import { sameTags } from "./same-tags.ts";

/** IAM roles and log groups, by name. */
export const accountFinders: FinderFactory = (config) => ({
  aws_iam_role: async (values) => {
    if (typeof values.name !== "string") return undefined;
    const sdk = await import("@aws-sdk/client-iam");
    try {
      const { Role } = await new sdk.IAMClient(config).send(new sdk.GetRoleCommand({ RoleName: values.name }));
      return sameTags(values, Role?.Tags) ? Role?.RoleName : undefined;
    } catch (error) {
      if ((error as Error).name === "NoSuchEntityException" || (error as Error).name === "NoSuchEntity")
        return undefined;
      throw error;
    }
  },

  aws_cloudwatch_log_group: async (values) => {
    if (typeof values.name !== "string") return undefined;
    const sdk = await import("@aws-sdk/client-cloudwatch-logs");
    const logs = new sdk.CloudWatchLogsClient(config);
    const { logGroups = [] } = await logs.send(new sdk.DescribeLogGroupsCommand({ logGroupNamePrefix: values.name }));
    const found = logGroups.find(({ logGroupName }) => logGroupName === values.name);
    const resourceArn = found?.logGroupArn ?? found?.arn?.replace(/:\*$/, "");
    if (resourceArn === undefined) return undefined;
    const { tags } = await logs.send(new sdk.ListTagsForResourceCommand({ resourceArn }));
    return sameTags(values, tags) ? values.name : undefined;
  },
});

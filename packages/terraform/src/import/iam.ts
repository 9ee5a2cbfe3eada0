import { type FinderFactory, sameTags } from "./finder.ts";

/** Identity providers, by what they trust, and an account's own policies, by name. */
export const accessFinders: FinderFactory = (config) => ({
  // An account has one provider per issuer, so that its tags are not compared.
  aws_iam_openid_connect_provider: async ({ url }) => {
    if (typeof url !== "string") return undefined;
    const sdk = await import("@aws-sdk/client-iam");
    const iam = new sdk.IAMClient(config);
    const { OpenIDConnectProviderList = [] } = await iam.send(new sdk.ListOpenIDConnectProvidersCommand({}));
    const issuer = url.replace(/^https:\/\//, "");
    return OpenIDConnectProviderList.find(({ Arn }) => Arn?.endsWith(`:oidc-provider/${issuer}`))?.Arn;
  },

  aws_iam_policy: async (values) => {
    if (typeof values.name !== "string") return undefined;
    const sdk = await import("@aws-sdk/client-iam");
    const iam = new sdk.IAMClient(config);
    for await (const { Policies = [] } of sdk.paginateListPolicies({ client: iam }, { Scope: "Local" })) {
      const found = Policies.find(({ PolicyName }) => PolicyName === values.name);
      if (found === undefined) continue;
      const { Tags } = await iam.send(new sdk.ListPolicyTagsCommand({ PolicyArn: found.Arn }));
      return sameTags(values, Tags) ? found.Arn : undefined;
    }
    return undefined;
  },
});

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

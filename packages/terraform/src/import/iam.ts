import type { FinderFactory } from "./finder.ts";
import { sameTags } from "./same-tags.ts";

/** Identity providers, by what they trust, and an account's own policies, by name. */
export const accessFinders: FinderFactory = (config) => ({
  // An account has one for an issuer: whoever made it, it is the one, whatever its tags.
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

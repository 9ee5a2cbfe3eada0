import { type FinderFactory, sameTags, type Values } from "./finder.ts";

/** Distributions by a name that they answer to and their tags; what belongs to one by its name, which is unique in an account. */
export const cloudfrontFinders: FinderFactory = (config) => {
  const open = async () => {
    const sdk = await import("@aws-sdk/client-cloudfront");
    return { sdk, client: new sdk.CloudFrontClient(config) };
  };
  return {
    aws_cloudfront_distribution: async (values) => {
      const { sdk, client } = await open();
      for await (const { DistributionList } of sdk.paginateListDistributions({ client }, {})) {
        const found = DistributionList?.Items?.find(({ Aliases }) => isNamed(values, Aliases?.Items));
        if (found === undefined) continue;
        // A name has one distribution, whosever it is.
        const { Tags } = await client.send(new sdk.ListTagsForResourceCommand({ Resource: found.ARN }));
        return sameTags(values, Tags?.Items) ? found.Id : undefined;
      }
      return undefined;
    },
    aws_cloudfront_origin_access_control: async ({ name }) => {
      const { sdk, client } = await open();
      for await (const { OriginAccessControlList } of sdk.paginateListOriginAccessControls({ client }, {})) {
        const found = OriginAccessControlList?.Items?.find(({ Name }) => Name === name);
        if (found !== undefined) return found.Id;
      }
      return undefined;
    },
    aws_cloudfront_response_headers_policy: async ({ name }) => {
      const { sdk, client } = await open();
      let Marker: string | undefined;
      do {
        const asked = new sdk.ListResponseHeadersPoliciesCommand({ Type: "custom", Marker });
        const { ResponseHeadersPolicyList: list } = await client.send(asked);
        const policies = list?.Items?.map(({ ResponseHeadersPolicy }) => ResponseHeadersPolicy);
        const found = policies?.find((each) => each?.ResponseHeadersPolicyConfig?.Name === name);
        if (found !== undefined) return found.Id;
        Marker = list?.NextMarker;
      } while (Marker !== undefined && Marker !== "");
      return undefined;
    },
  };
};

function isNamed({ aliases }: Values, names: readonly string[] | undefined): boolean {
  return Array.isArray(aliases) && aliases.some((alias) => names?.includes(alias) === true);
}

import type { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { type FinderFactory, sameTags, type Values } from "./finder.ts";

/** Load balancers and target groups by name, listeners by port, rules by priority. */
export const loadBalancerFinders: FinderFactory = (config) => {
  let api: Promise<Api> | undefined;
  const aws = () => {
    api ??= import("@aws-sdk/client-elastic-load-balancing-v2").then((sdk) => ({
      sdk,
      elb: new sdk.ElasticLoadBalancingV2Client(config),
    }));
    return api;
  };
  return {
    aws_lb: async (values) => {
      const { sdk, elb } = await aws();
      const { LoadBalancers = [] } = await elb.send(new sdk.DescribeLoadBalancersCommand({}));
      return await findByTags(
        { sdk, elb },
        values,
        LoadBalancers.filter(named(values, "LoadBalancerName")).map(({ LoadBalancerArn }) => LoadBalancerArn),
      );
    },
    aws_lb_target_group: async (values) => {
      const { sdk, elb } = await aws();
      const { TargetGroups = [] } = await elb.send(new sdk.DescribeTargetGroupsCommand({}));
      return await findByTags(
        { sdk, elb },
        values,
        TargetGroups.filter(named(values, "TargetGroupName")).map(({ TargetGroupArn }) => TargetGroupArn),
      );
    },
    aws_lb_listener: async ({ load_balancer_arn: arn, port }) => {
      if (typeof arn !== "string") return undefined;
      const { sdk, elb } = await aws();
      const { Listeners = [] } = await elb.send(new sdk.DescribeListenersCommand({ LoadBalancerArn: arn }));
      return Listeners.find(({ Port }) => Port === port)?.ListenerArn;
    },
    aws_lb_listener_rule: async ({ listener_arn: arn, priority }) => {
      if (typeof arn !== "string") return undefined;
      const { sdk, elb } = await aws();
      const { Rules = [] } = await elb.send(new sdk.DescribeRulesCommand({ ListenerArn: arn }));
      return Rules.find(({ Priority }) => Priority === String(priority))?.RuleArn;
    },
  };
};

interface Api {
  readonly sdk: typeof import("@aws-sdk/client-elastic-load-balancing-v2");
  readonly elb: ElasticLoadBalancingV2Client;
}

/** By name, or, where AWS completes it, by the prefix. */
function named<K extends string>(
  values: Values,
  key: K,
): (each: { readonly [name in K]?: string | undefined }) => boolean {
  const { name, name_prefix: prefix } = values;
  return (each) =>
    typeof name === "string"
      ? each[key] === name
      : typeof prefix === "string" && prefix !== "" && (each[key]?.startsWith(prefix) ?? false);
}

async function findByTags(
  { sdk, elb }: Api,
  values: Values,
  arns: readonly (string | undefined)[],
): Promise<string | undefined> {
  const ResourceArns = arns.filter((arn) => arn !== undefined);
  if (ResourceArns.length === 0) return undefined;
  const { TagDescriptions = [] } = await elb.send(new sdk.DescribeTagsCommand({ ResourceArns }));
  return TagDescriptions.find(({ Tags }) => sameTags(values, Tags))?.ResourceArn;
}

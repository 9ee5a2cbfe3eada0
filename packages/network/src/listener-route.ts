import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import { Construct } from "constructs";
import type { LoadBalancer } from "./load-balancer.ts";
import type { TargetGroup } from "./target-group.ts";

export interface ListenerRouteProps {
  readonly loadBalancer: LoadBalancer;
  readonly targetGroup: TargetGroup;
  /** Lower goes first; unique on a load balancer, 1 to 50000. */
  readonly priority: number;
  /** At most five with `hosts`. @default ["/*"] */
  readonly paths?: readonly string[];
  /** @default any host */
  readonly hosts?: readonly string[];
}

/** What the load balancer sends to a target group. With a certificate the same rule on port 80 becomes a redirect in place, and port 443 forwards. */
export class ListenerRoute extends Construct {
  readonly httpRule: LbListenerRule;
  readonly httpsRule: LbListenerRule | undefined;

  constructor(scope: Construct, id: string, props: ListenerRouteProps) {
    super(scope, id);
    const { loadBalancer, targetGroup, priority, paths = ["/*"], hosts = [] } = props;
    checkPriority(priority);
    checkConditions(paths, hosts);
    const condition = [
      { pathPattern: { values: [...paths] } },
      ...(hosts.length > 0 ? [{ hostHeader: { values: [...hosts] } }] : []),
    ];
    const forward = { type: "forward", targetGroupArn: targetGroup.arn };
    const { httpsListener, listenerCertificates } = loadBalancer;
    if (httpsListener !== undefined) {
      const listenerArn = httpsListener.arn;
      this.httpsRule = new LbListenerRule(this, "https", { listenerArn, priority, condition, action: [forward] });
    }
    const redirect = { type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } };
    this.httpRule = new LbListenerRule(this, "http", {
      listenerArn: loadBalancer.httpListener.arn,
      priority,
      condition,
      action: [this.httpsRule === undefined ? forward : redirect],
      // Port 443 must answer, and with the right certificate, before anyone is sent there.
      ...(this.httpsRule !== undefined && { dependsOn: [this.httpsRule, ...listenerCertificates.values()] }),
    });
  }

  /** The rule that forwards: what uses the target group must wait for it. */
  get rule(): LbListenerRule {
    return this.httpsRule ?? this.httpRule;
  }
}

function checkPriority(priority: number): void {
  if (!Number.isInteger(priority) || priority < 1 || priority > 50_000) {
    throw new Error(`priority (${priority}) must be a whole number from 1 to 50000; lower goes first.`);
  }
}

function checkConditions(paths: readonly string[], hosts: readonly string[]): void {
  const all = [...paths, ...hosts];
  if (paths.length === 0 || all.length > 5) {
    throw new Error(
      `paths and hosts (${all.join(", ")}) must be one path at least and five values together; use another route for more.`,
    );
  }
}

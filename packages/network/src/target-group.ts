import { LbTargetGroup, type LbTargetGroupStickiness } from "@cdktf/provider-aws/lib/lb-target-group";
import { Construct } from "constructs";
import { checkName, shortHash, shortName } from "./names.ts";
import type { NetworkSource } from "./network-source.ts";

export interface TargetGroupProps {
  readonly name: string;
  readonly network: NetworkSource;
  readonly port: number;
  /** What targets are: addresses of tasks, or instances. @default "ip" */
  readonly targetType?: "ip" | "instance";
  /** Path that answers 200–399 when a target can serve. @default "/" */
  readonly healthCheckPath?: string;
  /** How long a leaving target may finish what it was asked; longer than the slowest answer. @default 30 */
  readonly deregistrationDelaySeconds?: number;
  /** Keeps a client with the target that it got first. "off" ends it where it was on. @default neither: a new group has none, another keeps what it has */
  readonly stickiness?: "off" | Stickiness;
  /** How long a new target gets fewer requests than the others, rising to its share; 0, or 30 to 900. @default 0 */
  readonly slowStartSeconds?: number;
}

export interface Stickiness {
  /** A cookie that the app sets, with which a client begins to stay. @default a cookie of the load balancer's own, from the first answer on */
  readonly cookieName?: string;
  /** For how long without a request a client stays. @default 86400, a day; AWS takes up to a week */
  readonly cookieDurationSeconds?: number;
}

/** Targets of a load balancer. Its name changes with whatever replaces it, so that the new one can exist beside the old under a live listener. */
export class TargetGroup extends Construct {
  readonly targetGroup: LbTargetGroup;

  constructor(scope: Construct, id: string, props: TargetGroupProps) {
    super(scope, id);
    const {
      name,
      network,
      port,
      targetType = "ip",
      healthCheckPath: path = "/",
      deregistrationDelaySeconds = 30,
      stickiness,
      slowStartSeconds,
    } = props;
    checkName("name", name);
    checkPath(path);
    checkDelay(deregistrationDelaySeconds);
    checkSlowStart(slowStartSeconds ?? 0);
    const protocol = "HTTP";
    const replacedWith = [port, protocol, targetType, network.node.path, network.range].join(" ");
    this.targetGroup = new LbTargetGroup(this, "group", {
      name: `${shortName(name, 25)}-${shortHash(replacedWith)}`,
      port,
      protocol,
      targetType,
      vpcId: network.vpc.id,
      // A string in every generation of the provider.
      deregistrationDelay: String(deregistrationDelaySeconds),
      // A new target serves 15 seconds after its first answer, a dead one stops after 30.
      healthCheck: {
        path,
        protocol,
        port: "traffic-port",
        matcher: "200-399",
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
      ...(stickiness !== undefined && { stickiness: stickinessBlock(stickiness) }),
      ...(slowStartSeconds !== undefined && { slowStart: slowStartSeconds }),
      lifecycle: { createBeforeDestroy: true },
    });
  }

  get arn(): string {
    return this.targetGroup.arn;
  }
}

function checkPath(path: string): void {
  if (!/^\/[\x21-\x7e]*$/.test(path) || path.length > 1024) {
    throw new Error(`healthCheckPath (${path}) must start with / and hold no spaces; write for example /healthz.`);
  }
}

function checkDelay(seconds: number): void {
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > 3600) {
    throw new Error(
      `deregistrationDelaySeconds (${seconds}) must be a whole number from 0 to 3600; leave it out for 30.`,
    );
  }
}

function checkSlowStart(seconds: number): void {
  if (seconds !== 0 && (!Number.isInteger(seconds) || seconds < 30 || seconds > 900)) {
    throw new Error(
      `slowStartSeconds (${seconds}) must be 0 or a whole number from 30 to 900; leave it out for an equal share at once.`,
    );
  }
}

/** Leaving the block out changes nothing of a group that has stickiness: the provider takes that for "as it is". */
function stickinessBlock(stickiness: "off" | Stickiness): LbTargetGroupStickiness {
  if (stickiness === "off") return { enabled: false, type: "lb_cookie" };
  const { cookieName, cookieDurationSeconds: cookieDuration = 86_400 } = stickiness;
  if (!Number.isInteger(cookieDuration) || cookieDuration < 1 || cookieDuration > 604_800) {
    throw new Error(
      `stickiness.cookieDurationSeconds (${cookieDuration}) must be a whole number from 1 to 604800; leave it out for a day.`,
    );
  }
  if (cookieName === undefined) return { enabled: true, type: "lb_cookie", cookieDuration };
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(cookieName) || /^AWSALB(APP|TG)?$/.test(cookieName)) {
    throw new Error(
      `stickiness.cookieName (${cookieName}) must be a cookie that the app sets, and not AWSALB, AWSALBAPP or AWSALBTG; leave it out for the load balancer's own.`,
    );
  }
  return { enabled: true, type: "app_cookie", cookieName, cookieDuration };
}

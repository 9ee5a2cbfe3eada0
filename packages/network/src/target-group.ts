import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
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
    } = props;
    checkName("name", name);
    checkPath(path);
    checkDelay(deregistrationDelaySeconds);
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

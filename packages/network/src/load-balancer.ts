import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { Construct } from "constructs";
import { checkName, shortName } from "./names.ts";
import type { NetworkSource } from "./network-source.ts";
import { SecurityGroup } from "./security-group.ts";

export interface LoadBalancerProps {
  /** Prefix of all names; the load balancer is `<name>-lb`, shortened to 32 characters. */
  readonly name: string;
  readonly network: NetworkSource;
  /** Adds an HTTPS listener; port 80 then redirects to it. @default HTTP only */
  readonly certificate?: { readonly certificateArn: string };
  /** "full": neither AWS nor Terraform deletes it. @default "full" */
  readonly protection?: "full" | "none";
}

/** An internet-facing application load balancer that answers 404 until a `Route` says otherwise. */
export class LoadBalancer extends Construct {
  readonly loadBalancer: Lb;
  readonly securityGroup: SecurityGroup;
  readonly httpListener: LbListener;
  readonly httpsListener: LbListener | undefined;

  constructor(scope: Construct, id: string, props: LoadBalancerProps) {
    super(scope, id);
    const { name, network, certificate, protection = "full" } = props;
    checkName("name", name);
    if (name.startsWith("internal-")) {
      throw new Error(`name (${name}) must not start with internal-, which AWS keeps for itself; rename it.`);
    }
    this.securityGroup = new SecurityGroup(this, "security-group", {
      name: `${name}-lb`,
      network,
      description: "Load balancer",
    });
    const anywhere = { cidr: "0.0.0.0/0" };
    this.securityGroup.allowFrom(anywhere, 80);
    this.loadBalancer = new Lb(this, "load-balancer", {
      name: shortName(`${name}-lb`, 32),
      internal: false,
      loadBalancerType: "application",
      subnets: [...network.publicSubnetIds],
      securityGroups: [this.securityGroup.id],
      enableDeletionProtection: protection === "full",
      dropInvalidHeaderFields: true,
      // The apps behind keep connections longer than this, so that it is never they who close one in use.
      idleTimeout: 60,
      tags: { Name: `${name}-lb` },
      ...(protection === "full" && { lifecycle: { preventDestroy: true } }),
    });
    const loadBalancerArn = this.loadBalancer.arn;
    const defaultAction = certificate === undefined ? notFound : redirectToHttps;
    this.httpListener = new LbListener(this, "http", {
      loadBalancerArn,
      port: 80,
      protocol: "HTTP",
      defaultAction: [defaultAction],
    });
    if (certificate !== undefined) {
      this.securityGroup.allowFrom(anywhere, 443);
      this.httpsListener = new LbListener(this, "https", {
        loadBalancerArn,
        port: 443,
        protocol: "HTTPS",
        // TLS 1.3 and 1.2.
        sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
        certificateArn: certificate.certificateArn,
        defaultAction: [notFound],
      });
    }
  }

  get dnsName(): string {
    return this.loadBalancer.dnsName;
  }

  get url(): string {
    return `${this.httpsListener === undefined ? "http" : "https"}://${this.dnsName}`;
  }
}

const notFound = {
  type: "fixed-response",
  fixedResponse: { contentType: "text/plain", messageBody: "Not found", statusCode: "404" },
};

const redirectToHttps = {
  type: "redirect",
  redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" },
};

import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbListenerCertificate } from "@cdktf/provider-aws/lib/lb-listener-certificate";
import type { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import { AccessLogsBucket } from "./access-logs-bucket.ts";
import { checkRegion, type IssuedCertificate } from "./edge/certificate.ts";
import type { AliasTarget } from "./edge/hosted-zone.ts";
import { checkName, shortName } from "./names.ts";
import type { NetworkSource } from "./network-source.ts";
import { SecurityGroup } from "./security-group.ts";

export interface LoadBalancerProps {
  /** Prefix of all names; the load balancer is `<name>-lb`, shortened to 32 characters. */
  readonly name: string;
  readonly network: NetworkSource;
  /** Adds an HTTPS listener; port 80 then redirects to it. Clients that ask for a name of no certificate get this one. @default HTTP only */
  readonly certificate?: IssuedCertificate;
  /** Further ones, each for the clients that ask for its names (SNI). The key is part of its address in Terraform. @default none */
  readonly certificates?: Readonly<Record<string, IssuedCertificate>>;
  /** "on" keeps a line of each request for 90 days, in a bucket of its own. @default "off" */
  readonly accessLogs?: "on" | "off";
  /** "full": neither AWS nor Terraform deletes it, nor a bucket with its logs. @default "full" */
  readonly protection?: "full" | "none";
}

/** An internet-facing application load balancer that answers 404 until a `ListenerRoute` says otherwise. */
export class LoadBalancer extends Construct implements AliasTarget {
  readonly loadBalancer: Lb;
  readonly securityGroup: SecurityGroup;
  readonly httpListener: LbListener;
  readonly httpsListener: LbListener | undefined;
  readonly listenerCertificates: ReadonlyMap<string, LbListenerCertificate>;
  readonly accessLogsBucket: AccessLogsBucket | undefined;

  constructor(scope: Construct, id: string, props: LoadBalancerProps) {
    super(scope, id);
    const { name, network, certificate, certificates = {}, accessLogs = "off", protection = "full" } = props;
    checkName("name", name);
    if (name.startsWith("internal-")) {
      throw new Error(`name (${name}) must not start with internal-, which AWS keeps for itself; rename it.`);
    }
    checkCertificates(certificate, certificates, network.region);
    this.securityGroup = new SecurityGroup(this, "security-group", {
      name: `${name}-lb`,
      network,
      description: "Load balancer",
    });
    this.securityGroup.allowFrom(anywhere, 80);
    if (accessLogs === "on") {
      const account = this.securityGroup.securityGroup.ownerId;
      this.accessLogsBucket = new AccessLogsBucket(this, "access-logs", { name, account, protection });
    }
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
      ...(this.accessLogsBucket !== undefined && logging(this.accessLogsBucket)),
      ...(protection === "full" && { lifecycle: { preventDestroy: true } }),
    });
    if (certificate !== undefined) {
      this.httpsListener = this.#https(certificate, this.securityGroup.allowFrom(anywhere, 443));
    }
    this.listenerCertificates = this.#further(certificates);
    this.httpListener = new LbListener(this, "http", {
      loadBalancerArn: this.loadBalancer.arn,
      port: 80,
      protocol: "HTTP",
      defaultAction: [this.httpsListener === undefined ? notFound : redirectToHttps],
      ...(this.httpsListener !== undefined && { dependsOn: [this.httpsListener] }),
    });
  }

  get dnsName(): string {
    return this.loadBalancer.dnsName;
  }

  /** Zone of `dnsName`, for an alias. */
  get zoneId(): string {
    return this.loadBalancer.zoneId;
  }

  get url(): string {
    return `${this.httpsListener === undefined ? "http" : "https"}://${this.dnsName}`;
  }

  #https(certificate: IssuedCertificate, open: VpcSecurityGroupIngressRule): LbListener {
    return new LbListener(this, "https", {
      loadBalancerArn: this.loadBalancer.arn,
      port: 443,
      protocol: "HTTPS",
      // TLS 1.3 and 1.2.
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      certificateArn: certificate.certificateArn,
      defaultAction: [notFound],
      // Its own answers do not name the software.
      routingHttpResponseServerEnabled: false,
      // What waits for the listener, so that people are sent there, waits for the open port too.
      dependsOn: [open],
    });
  }

  #further(certificates: Readonly<Record<string, IssuedCertificate>>): ReadonlyMap<string, LbListenerCertificate> {
    const listenerArn = this.httpsListener?.arn;
    if (listenerArn === undefined) return new Map();
    const attached = Object.entries(certificates).map(([key, { certificateArn }]) => {
      // A certificate that is issued anew is served before the old one is taken away.
      const lifecycle = { createBeforeDestroy: true };
      const id = `certificate-${key}`;
      return [key, new LbListenerCertificate(this, id, { listenerArn, certificateArn, lifecycle })] as const;
    });
    return new Map(attached);
  }
}

const anywhere = { cidr: "0.0.0.0/0" };

const notFound = {
  type: "fixed-response",
  fixedResponse: { contentType: "text/plain", messageBody: "Not found", statusCode: "404" },
};

/** Host, path and query, which are left out, stay as they were asked for. */
const redirectToHttps = {
  type: "redirect",
  redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" },
};

/** AWS writes a file to try the bucket, which must be ready by then. */
function logging({ bucket, policy, encryption }: AccessLogsBucket) {
  return { accessLogs: { enabled: true, bucket: bucket.bucket }, dependsOn: [policy, encryption] };
}

function checkCertificates(
  certificate: IssuedCertificate | undefined,
  certificates: Readonly<Record<string, IssuedCertificate>>,
  region: string,
): void {
  const keys = Object.keys(certificates);
  if (certificate === undefined && keys.length > 0) {
    throw new Error(
      `certificates (${keys.join(", ")}) must come beside certificate, which serves all other names; give that one too.`,
    );
  }
  for (const key of keys) checkName("certificates", key);
  for (const each of [certificate ?? {}, ...Object.values(certificates)]) checkRegion(each, region, "a load balancer");
}

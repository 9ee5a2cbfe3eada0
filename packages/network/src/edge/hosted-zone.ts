import type { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { DataAwsRoute53Zone } from "@cdktf/provider-aws/lib/data-aws-route53-zone";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Route53Zone } from "@cdktf/provider-aws/lib/route53-zone";
import { TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import { checkDomainName } from "./domain-name.ts";

export interface HostedZoneProps {
  /** The zone's name, such as `example.com`. */
  readonly domain: string;
  /** "create" makes a zone, whose name servers the registrar must be told; "look-up" takes the one public zone of that name. @default "create" */
  readonly source?: "create" | "look-up";
  /** Zones below this one by name, each with the four name servers that it was given: they answer for it from then on. @default none */
  readonly delegations?: Readonly<Record<string, readonly string[]>>;
  /** Who may issue certificates for the domain, as the CAA records of a zone that is created and has certificates. @default ["amazon"] */
  readonly certificateAuthorities?: readonly CertificateAuthority[];
  /** "full": Terraform refuses to destroy the zone, since a new one has other name servers. @default "full" */
  readonly protection?: "full" | "none";
}

export type CertificateAuthority = "amazon" | "lets-encrypt";

/** Where an alias leads: what a load balancer, a distribution or an API domain says of itself. */
export interface AliasTarget {
  readonly dnsName: string;
  /** Zone of `dnsName`, which AWS owns. */
  readonly zoneId: string;
}

/** The two records by which a name leads to a target. */
export interface Alias {
  readonly a: Route53Record;
  readonly aaaa: Route53Record;
}

const issuers: Readonly<Record<CertificateAuthority, string>> = {
  amazon: "amazon.com",
  "lets-encrypt": "letsencrypt.org",
};

const ttl = 300;

/** A public zone of Route 53. It owns the records by which ACM proves names, because certificates share them. */
export class HostedZone extends Construct {
  readonly domain: string;
  readonly zone: Route53Zone | DataAwsRoute53Zone;
  readonly delegations: ReadonlyMap<string, Route53Record>;
  readonly #issuers: readonly string[] | undefined;
  #caa: Route53Record | undefined;
  readonly #validations = new Map<string, Route53Record>();

  constructor(scope: Construct, id: string, props: HostedZoneProps) {
    super(scope, id);
    const { domain, source = "create", delegations = {}, protection = "full" } = props;
    const { certificateAuthorities = ["amazon"] } = props;
    checkDomainName("domain", domain);
    this.domain = domain;
    if (source === "look-up") {
      this.zone = new DataAwsRoute53Zone(this, "zone", { name: domain, privateZone: false });
    } else {
      this.zone = new Route53Zone(this, "zone", {
        name: domain,
        ...(protection === "full" && { lifecycle: { preventDestroy: true } }),
      });
      this.#issuers = issueRecords(certificateAuthorities);
    }
    this.delegations = new Map(
      Object.entries(delegations).map(([child, nameServers]) => {
        checkDelegation(child, domain, nameServers);
        const record = { zoneId: this.zoneId, name: child, type: "NS", ttl, records: nameServers as string[] };
        return [child, new Route53Record(this, `delegation-${child}`, record)];
      }),
    );
  }

  get zoneId(): string {
    return this.zone.zoneId;
  }

  /** The four name servers to enter at the registrar, or as a delegation of the zone above. */
  get nameServers(): readonly string[] {
    return this.zone.nameServers;
  }

  /**
   * The CAA records, beside the first certificate: each record takes Route 53 half a minute, for which nobody should wait who has yet to
   * tell the registrar. Undefined before there is one, and of a zone that is looked up, whose CAA records are somebody else's.
   */
  get caa(): Route53Record | undefined {
    return this.#caa;
  }

  /** Whether a name is this zone's own or below it. */
  holds(name: string): boolean {
    return name === this.domain || name.endsWith(`.${this.domain}`);
  }

  /**
   * Lets a name, or with `*.` all names of its level that have no records, lead to a load balancer, distribution or API, over IPv4
   * and IPv6. The records lie in the stack of a target that is a construct: a zone's stack comes before those of its names.
   */
  alias(name: string, target: AliasTarget): Alias {
    checkDomainName("name", name, { wildcard: true });
    this.#checkHeld(name);
    const stack = Construct.isConstruct(target) ? TerraformStack.of(target) : TerraformStack.of(this);
    const scope = stack === TerraformStack.of(this) ? this : this.#partIn(stack, "aliases");
    const alias = { name: target.dnsName, zoneId: target.zoneId, evaluateTargetHealth: false };
    const record = (type: string) =>
      new Route53Record(scope, `alias-${name}-${type.toLowerCase()}`, { zoneId: this.zoneId, name, type, alias });
    return { a: record("A"), aaaa: record("AAAA") };
  }

  /**
   * The record by which ACM proves `name` and its wildcard, one for all certificates with the name. It lies in the stack of the
   * certificates, which comes after that of the zone: between the two a person tells the registrar.
   */
  validationRecord(name: string, certificate: AcmCertificate): Route53Record {
    this.#checkHeld(name);
    const stack = TerraformStack.of(certificate);
    this.#caa ??= this.#limitIssuers(stack);
    const known = this.#validations.get(name);
    if (known === undefined) return this.#validate(name, certificate, stack);
    if (TerraformStack.of(known) === stack) return known;
    throw new Error(
      `name (${name}) must have its certificates in one stack, as they share its validation record; move them together.`,
    );
  }

  #validate(name: string, certificate: AcmCertificate, stack: TerraformStack): Route53Record {
    const scope = this.#partIn(stack, "validations");
    const option = (attribute: string) =>
      `\${[for o in ${certificate.fqn}.domain_validation_options : o.${attribute} if trimprefix(o.domain_name, "*.") == "${name}"][0]}`;
    const record = new Route53Record(scope, name, {
      zoneId: this.zoneId,
      name: option("resource_record_name"),
      type: "CNAME",
      ttl,
      records: [option("resource_record_value")],
      // Both are unknown while a certificate is replaced, and would replace every record; they stay the same for a name and account.
      lifecycle: { ignoreChanges: ["name", "records"] },
    });
    this.#validations.set(name, record);
    return record;
  }

  #limitIssuers(stack: TerraformStack): Route53Record | undefined {
    if (this.#issuers === undefined) return undefined;
    const { zoneId, domain: name } = this;
    const records = [...this.#issuers];
    return new Route53Record(this.#partIn(stack, "authorities"), "caa", { zoneId, name, type: "CAA", ttl, records });
  }

  /** Where records of the zone lie that belong to another stack. */
  #partIn(stack: TerraformStack, part: string): Construct {
    const id = `${this.node.id}-${part}`;
    return (stack.node.tryFindChild(id) as Construct | undefined) ?? new Construct(stack, id);
  }

  #checkHeld(name: string): void {
    if (!this.holds(name)) {
      throw new Error(`name (${name}) must lie in the zone ${this.domain}; take its own zone or correct it.`);
    }
    const child = [...this.delegations.keys()].find((each) => name === each || name.endsWith(`.${each}`));
    if (child !== undefined) {
      throw new Error(
        `name (${name}) must not lie in ${child}, which ${this.domain} hands on; make its record in the zone ${child}.`,
      );
    }
  }
}

/** The zone that holds a name; of several the longest. `prop` is what gave the name. */
export function zoneOf(prop: string, name: string, zones: readonly HostedZone[]): HostedZone {
  const [zone] = zones.filter((each) => each.holds(name)).sort((a, b) => b.domain.length - a.domain.length);
  if (zone !== undefined) return zone;
  const known = zones.map(({ domain }) => domain).join(", ") || "none";
  throw new Error(`${prop} (${name}) must lie in one of the zones (${known}); add its zone or remove the name.`);
}

function issueRecords(authorities: readonly CertificateAuthority[]): readonly string[] {
  if (!authorities.includes("amazon")) {
    throw new Error(
      `certificateAuthorities (${authorities.join(", ")}) must include amazon, or ACM issues nothing; add it.`,
    );
  }
  return authorities.map((authority) => `0 issue "${issuers[authority]}"`);
}

function checkDelegation(child: string, domain: string, nameServers: readonly string[]): void {
  checkDomainName("delegations", child);
  if (!child.endsWith(`.${domain}`)) {
    throw new Error(`delegations (${child}) must lie below ${domain}; correct one of them.`);
  }
  // Those of a zone in the same environment are known at apply.
  if (Token.isUnresolved(nameServers)) return;
  const names = nameServers.map((name) => name.replace(/\.$/, ""));
  for (const name of names) checkDomainName(`delegations.${child}`, name);
  if (names.length !== 4 || new Set(names).size !== 4) {
    throw new Error(
      `delegations.${child} (${nameServers.join(", ")}) must be the four name servers of the zone; copy all of them.`,
    );
  }
}

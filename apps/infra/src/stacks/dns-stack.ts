import { HostedZone, type HostedZoneProps } from "@slipway/network";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { zoneFor } from "../domain-names.ts";
import type { Domain, Environment } from "../environment.ts";
import { BaseStack } from "./base-stack.ts";

/** The zones of an environment. Between this stack and that of the certificates a person tells each zone's name servers to whoever keeps the domain. */
export class DnsStack extends BaseStack {
  /** In the order of `environments.ts`. */
  readonly zones: readonly HostedZone[];

  constructor(scope: Construct, id: string, environment: Environment, { zones }: Pick<Domain, "zones">) {
    super(scope, id, environment);
    const { protection } = environment;
    const made = new Map<string, HostedZone>();
    // The longest first: a zone hands on those below it, whose name servers it takes from them.
    for (const domain of Object.keys(zones).sort((a, b) => b.length - a.length)) {
      const delegations = { ...zones[domain]?.delegations, ...childrenOf(domain, zones, made) };
      const { source = "create" } = zones[domain] ?? {};
      made.set(domain, new HostedZone(this, domain, { domain, source, delegations, protection }));
    }
    this.zones = Object.keys(zones).map((domain) => made.get(domain) as HostedZone);
    new TerraformOutput(this, "name_servers", {
      value: Object.fromEntries(this.zones.map(({ domain, nameServers }) => [domain, nameServers])),
    });
  }
}

/** Zones directly below one of the same environment. Where both were there before, so was the delegation. */
function childrenOf(
  domain: string,
  zones: Domain["zones"],
  made: ReadonlyMap<string, HostedZone>,
): NonNullable<HostedZoneProps["delegations"]> {
  const children = [...made].filter(([child]) => {
    const others = Object.keys(zones).filter((each) => each !== child);
    const isNew = zones[domain]?.source === "create" || zones[child]?.source === "create";
    return isNew && zoneFor(child, others) === domain;
  });
  return Object.fromEntries(children.map(([child, { nameServers }]) => [child, nameServers]));
}

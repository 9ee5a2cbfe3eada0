import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Engine, Stack } from "@slipway/terraform";
import { isWithin, plain } from "./names.ts";
import type { Zone } from "./zone-state.ts";

type Resources = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A stack's `cdk.tf.json`, as far as zones and certificates are concerned. */
export interface DomainDefinition {
  readonly resource?: {
    readonly aws_acm_certificate?: Resources;
    readonly aws_acm_certificate_validation?: Resources;
    readonly aws_route53_zone?: Resources;
  };
  readonly data?: { readonly aws_route53_zone?: Resources };
  readonly output?: Readonly<Record<string, { readonly value?: unknown }>>;
}

export const definitionOf = ({ folder }: Pick<Stack, "folder">): DomainDefinition =>
  JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as DomainDefinition;

/** Whether an apply of the stack waits until DNS proves the names of its certificates. */
export function waitsForDns(stack: Stack): boolean {
  return Object.keys(definitionOf(stack).resource?.aws_acm_certificate_validation ?? {}).length > 0;
}

/** Zones of an environment by its stacks; a stack has zones where it has the output `name_servers`. */
export interface EnvironmentZones {
  /** Those that are made or found already. */
  readonly zones: readonly Zone[];
  /** Domains of zones whose stack was not applied yet. */
  readonly awaited: readonly string[];
}

/** Reads the zones of the stacks: of all, or of those that one stack reads. */
export async function stackZones(
  engine: Pick<Engine, "outputs">,
  stacks: readonly Stack[],
  reader?: Stack,
): Promise<EnvironmentZones> {
  const names = [...new Set(stacks.flatMap(certificateNames))];
  const zones: Zone[] = [];
  const awaited: string[] = [];
  for (const stack of stacks) {
    const { resource, data, output } = definitionOf(stack);
    if (output?.name_servers === undefined || (reader !== undefined && !reader.upstreams.includes(stack.name)))
      continue;
    const created = namesOf(resource?.aws_route53_zone);
    const domains = [...created, ...namesOf(data?.aws_route53_zone)];
    const servers = (await engine.outputs(stack))?.name_servers as
      | Readonly<Record<string, readonly string[]>>
      | undefined;
    for (const domain of domains) {
      const nameServers = servers?.[domain];
      if (nameServers === undefined) awaited.push(domain);
      else {
        const source = created.includes(domain) ? "create" : "look-up";
        zones.push({ domain, nameServers: nameServers.map(plain), source, names: heldBy(domain, domains, names) });
      }
    }
  }
  return { zones, awaited };
}

const namesOf = (resources: Resources = {}) => Object.values(resources).map(({ name }) => String(name));

function certificateNames(stack: Stack): readonly string[] {
  return Object.values(definitionOf(stack).resource?.aws_acm_certificate ?? {}).flatMap(
    ({ domain_name: first, subject_alternative_names: others = [] }) => [String(first), ...(others as string[])],
  );
}

/** Names whose longest zone is this one. */
function heldBy(domain: string, domains: readonly string[], names: readonly string[]): readonly string[] {
  return names.filter((name) => {
    const [longest] = domains.filter((each) => isWithin(name, each)).sort((a, b) => b.length - a.length);
    return longest === domain;
  });
}

import type { AskedZone } from "@slipway/domains";
import type { Environment } from "@slipway/infra";
import type { Finding } from "./checks.ts";

type Domains = Pick<Environment, "key" | "account" | "domain">;

export interface DomainReads {
  /** The account of the credentials; undefined without any. */
  account(): Promise<string | undefined>;
  /** What DNS says of the zones of an environment, and the domains whose zones are not made yet. */
  ask(key: string): Promise<{ readonly asked: readonly AskedZone[]; readonly awaited: readonly string[] }>;
}

/** Whether the world finds the zones of the environments, for those in the account of the credentials that are there. */
export async function checkDomains(environments: readonly Domains[], reads: DomainReads): Promise<readonly Finding[]> {
  const named = environments.filter(({ domain }) => domain !== undefined);
  if (named.length === 0) return [];
  const account = await reads.account();
  const found: Finding[] = [];
  for (const { key, account: its } of named) {
    if (its === account) found.push(...findingsOf(await reads.ask(key)));
    else {
      const reason = `only credentials of account ${its} may read its name servers: sign in and run \`npm run domain -- ${key}\``;
      found.push({ state: "unknown", what: `whether the domain of ${key} is handed over`, reason });
    }
  }
  return found;
}

function findingsOf({ asked, awaited }: Awaited<ReturnType<DomainReads["ask"]>>): readonly Finding[] {
  return [
    ...asked.map(({ zone, state, finding }): Finding => {
      if (finding === undefined) return { state: "good", what: `the world finds the zone ${zone.domain}` };
      if (state.kind !== "unknown") return { state: "bad", ...finding };
      return { state: "unknown", what: `whether ${zone.domain} is handed over`, reason: state.reason };
    }),
    ...awaited.map((domain): Finding => {
      const reason = "its zone is not made yet; merge it and let the stack `dns` be applied";
      return { state: "unknown", what: `whether ${domain} is handed over`, reason };
    }),
  ];
}

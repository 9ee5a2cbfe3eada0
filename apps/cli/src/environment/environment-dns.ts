import type { Variables } from "@slipway/core";
import { createDns, type Dns, NoReply, openDns, serverOf, type Wording } from "@slipway/domains";
import { readEdge } from "@slipway/local-aws";

/** Whom to ask about the domains of an environment, and how to word what is found. */
export interface EnvironmentDns {
  readonly dns: Dns;
  readonly wording: Wording;
}

/** Local domains are looked up in the local AWS, whose registrar is a file; all others in the world. */
export async function environmentDns(key: string, variables: Variables): Promise<EnvironmentDns> {
  const endpoint = variables.AWS_ENDPOINT_URL;
  if (key !== "local" || !endpoint) return { dns: openDns(variables), wording: { environment: key } };
  const { registrarFile } = await readEdge({ endpoint });
  return { dns: localDns(endpoint), wording: { environment: key, registrarFile } };
}

/** The DNS of a local AWS, which begins with its first zone: where it answers is asked each time. */
export function localDns(endpoint: string): Dns {
  const open = async (): Promise<Dns> => {
    const { resolver } = await readEdge({ endpoint });
    if (resolver === undefined) throw new NoReply("the local AWS has no public hosted zone yet, and so no DNS");
    return createDns({ standIn: serverOf(resolver) });
  };
  return {
    delegation: async (domain) => (await open()).delegation(domain),
    answersFor: async (domain, nameServers) => (await open()).answersFor(domain, nameServers),
    resolve: async (name, type) => (await open()).resolve(name, type),
  };
}

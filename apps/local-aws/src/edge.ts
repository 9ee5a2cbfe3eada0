import { Failure } from "@slipway/core";
import type { LocalAws } from "./local-aws.ts";

/** Where the local AWS answers DNS and serves its load balancers, distributions and API domains. */
export interface LocalEdge {
  /** Address and port of DNS over UDP and TCP ("127.17.214.1:53"); undefined before the first public hosted zone. */
  readonly resolver: string | undefined;
  /** URL of DNS over HTTPS; undefined before the first public hosted zone. */
  readonly dnsOverHttps: string | undefined;
  /** Domain → name servers; stands for the registrar and is the user's to write. It need not exist yet. */
  readonly registrarFile: string;
  /** Root of the authority that signs certificates (PEM); undefined before the first certificate. */
  readonly authorityFile: string | undefined;
  /** Address and port at which all of them answer by name, over HTTP and HTTPS ("127.0.0.1:4567"); undefined while there are none. */
  readonly door: string | undefined;
  /** Listener's port → port at its address, only where ports below 1024 may not be opened: `{ 443: 8443 }`. */
  readonly ports: Readonly<Record<number, number>>;
}

/** Body of `/_slipway/dns`. */
interface Answer {
  readonly resolver: string | null;
  readonly https: string | null;
  readonly registrar: string;
  readonly authority: string | null;
  readonly door: string | null;
  readonly ports: Readonly<Record<number, number>>;
}

/**
 * Asks the local AWS.
 *
 * @throws Failure when it answers nothing, or was started without its edge.
 */
export async function readEdge({ endpoint }: Pick<LocalAws, "endpoint">): Promise<LocalEdge> {
  const url = `${endpoint}/_slipway/dns`;
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(5000) });
  } catch (error) {
    throw new Failure(
      `the local AWS (${url}) must answer; it said: ${(error as Error).message}`,
      "run `npm start` again",
    );
  }
  const text = await response.text();
  const answer = response.ok ? parse(text) : undefined;
  if (answer === undefined) {
    throw new Failure(
      `the local AWS (${url}) must tell where it answers DNS; it said: ${response.status} ${text.trim().slice(0, 200)}`,
      "start it without `edge` in SLIPWAY_OFF",
    );
  }
  return {
    resolver: answer.resolver ?? undefined,
    dnsOverHttps: answer.https ?? undefined,
    registrarFile: answer.registrar,
    authorityFile: answer.authority ?? undefined,
    door: answer.door ?? undefined,
    ports: answer.ports,
  };
}

/** Address of a host at the door: "https://www.shop.localhost:4567"; undefined while the door is closed. */
export function urlAtDoor({ door }: LocalEdge, host: string): string | undefined {
  return door === undefined ? undefined : `https://${host}:${door.split(":").at(-1)}`;
}

function parse(text: string): Answer | undefined {
  try {
    const found = JSON.parse(text) as Answer;
    return typeof found.registrar === "string" ? found : undefined;
  } catch {
    return undefined;
  }
}

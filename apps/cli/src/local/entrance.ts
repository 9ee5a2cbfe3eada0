import { readFileSync } from "node:fs";
import { type LocalAws, readEdge } from "@slipway/local-aws";
import type { Address } from "./app-probe.ts";
import type { StaticSite } from "./delivery.ts";

/** How names are reached, by the address that the stack `service` gives its app: HTTP at the gateway, or HTTPS at the door. */
export async function entrance(
  aws: Pick<LocalAws, "endpoint" | "port">,
  url: unknown,
): Promise<(host: string) => Address> {
  if (!String(url).startsWith("https:")) return (host) => ({ port: aws.port, host });
  const secure = await readDoor(aws);
  if (secure === undefined) throw new Error(`the local AWS must answer for ${url}, which has a certificate`);
  return (host) => ({ ...secure, host });
}

/** Where the local AWS answers for every name by HTTPS, and who signed the names' certificates; undefined while nothing has one. */
export async function readDoor(aws: Pick<LocalAws, "endpoint">): Promise<Required<Omit<Address, "host">> | undefined> {
  const { door, authorityFile: file } = await readEdge(aws);
  if (door === undefined || file === undefined) return undefined;
  return { port: Number(door.split(":").at(-1)), authority: { file, pem: readFileSync(file, "utf8") } };
}

/** A static site by the address that browsers on this host use. */
export function atDoor(site: StaticSite | undefined, reach: (host: string) => Address): StaticSite | undefined {
  if (site === undefined) return undefined;
  const url = new URL(site.url);
  url.port = String(reach(url.hostname).port);
  return { ...site, url: url.href };
}

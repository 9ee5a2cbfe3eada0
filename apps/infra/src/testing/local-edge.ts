import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { request as plain } from "node:http";
import { request as secure } from "node:https";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import {
  ACMClient,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  RequestCertificateCommand,
} from "@aws-sdk/client-acm";
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  Route53Client,
} from "@aws-sdk/client-route-53";

/** Where the local AWS is, and the account whose keys are used. */
export interface LocalAccount {
  readonly endpoint: string;
  readonly account: string;
}

/** For tests: what an SDK's client needs to work in an account of the local AWS. */
export function clientOf({ endpoint, account }: LocalAccount, region: string) {
  return { endpoint, region, credentials: { accessKeyId: account, secretAccessKey: "local" } };
}

export interface TestDomain {
  /** Of a certificate for all names one level below the domain, issued. */
  readonly certificateArn: string;
  /** Deletes certificate and zone, once nothing uses them. */
  remove(): Promise<void>;
}

/** For tests: a zone that the world finds, with a certificate in a region. */
export async function domainWithCertificate(local: LocalAccount, domain: string, region: string): Promise<TestDomain> {
  const route53 = new Route53Client(clientOf(local, region));
  const acm = new ACMClient(clientOf(local, region));
  const { HostedZone, DelegationSet } = await route53.send(
    new CreateHostedZoneCommand({ Name: domain, CallerReference: `${domain} ${Date.now()}` }),
  );
  const HostedZoneId = HostedZone?.Id;
  await register(local, domain, DelegationSet?.NameServers ?? []);
  const { CertificateArn } = await acm.send(
    new RequestCertificateCommand({ DomainName: `*.${domain}`, ValidationMethod: "DNS" }),
  );
  const look = async () => (await acm.send(new DescribeCertificateCommand({ CertificateArn }))).Certificate;
  const record = await until("a record", async () => (await look())?.DomainValidationOptions?.[0]?.ResourceRecord);
  const { Name, Type, Value } = record;
  const change = (Action: "CREATE" | "DELETE") => {
    const ResourceRecordSet = { Name, Type, TTL: 60, ResourceRecords: [{ Value }] };
    const ChangeBatch = { Changes: [{ Action, ResourceRecordSet }] };
    return route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch }));
  };
  await change("CREATE");
  await until("an issued certificate", async () => ((await look())?.Status === "ISSUED" ? true : undefined));
  return {
    certificateArn: CertificateArn ?? "",
    remove: async () => {
      await acm.send(new DeleteCertificateCommand({ CertificateArn }));
      await change("DELETE");
      await route53.send(new DeleteHostedZoneCommand({ Id: HostedZoneId }));
    },
  };
}

/** Tells the registrar, as a person does. */
async function register(local: LocalAccount, domain: string, nameServers: readonly string[]): Promise<void> {
  const { registrar } = await edge(local);
  const known = existsSync(registrar) ? JSON.parse(readFileSync(registrar, "utf8")) : {};
  mkdirSync(dirname(registrar), { recursive: true });
  writeFileSync(`${registrar}.${domain}`, JSON.stringify({ ...known, [domain]: nameServers }));
  renameSync(`${registrar}.${domain}`, registrar);
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 60; tries += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await wait(250);
  }
  throw new Error(`There must be ${what} after 15 s; see the log of the local AWS.`);
}

interface EdgeAnswer {
  readonly registrar: string;
  readonly authority: string | null;
  readonly door: string | null;
}

async function edge({ endpoint }: Pick<LocalAccount, "endpoint">): Promise<EdgeAnswer> {
  const response = await fetch(`${endpoint}/_slipway/dns`);
  return (await response.json()) as EdgeAnswer;
}

export interface DoorAnswer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** For tests: asks a name that the local AWS serves, as a client that trusts its authority. */
export async function askAtDoor(local: LocalAccount, url: string, method = "GET"): Promise<DoorAnswer> {
  const { authority, door } = await edge(local);
  const { protocol, hostname, pathname } = new URL(url);
  const [host, port] = (door ?? "").split(":");
  const common = { host, port, path: pathname, method, headers: { host: hostname }, agent: false };
  const ca = authority === null ? undefined : readFileSync(authority);
  return new Promise((resolve, reject) => {
    const asked = protocol === "https:" ? secure({ ...common, servername: hostname, ca }) : plain(common);
    asked.on("error", reject).on("response", (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks).toString() });
      });
    });
    asked.end();
  });
}

import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ACMClient, DescribeCertificateCommand, RequestCertificateCommand } from "@aws-sdk/client-acm";
import { ChangeResourceRecordSetsCommand, CreateHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";
import { awsClientConfig, type Variables } from "@slipway/core";
import type { Stack } from "@slipway/terraform";
import { certificateWaits } from "./certificate-waits.ts";
import { checkDelegations, DelegationPending } from "./delegation-check.ts";
import { openDns } from "./dns.ts";
import { zoneState } from "./zone-state.ts";

jest.setTimeout(60_000);

// biome-ignore lint/style/noProcessEnv: the endpoint of the local AWS comes from whoever runs the test.
const given: Variables = process.env;
const endpoint = given.SLIPWAY_TEST_ENDPOINT ?? "";
const region = "eu-west-1";
const account = "909090909090";
const own: Variables = {
  ...given,
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: account,
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_REGION: region,
};
const route53 = new Route53Client(awsClientConfig(own));
const acm = new ACMClient(awsClientConfig(own));
// Of its own in each run, as the registrar keeps what earlier ones wrote.
const domain = `delegation-${process.pid}.com`;
const child = `staging.${domain}`;
const folder = mkdtempSync(join(tmpdir(), "delegation-"));

interface Edge {
  readonly resolver: string | null;
  readonly registrar: string;
}

async function edge(): Promise<Edge> {
  for (let attempt = 0; ; attempt += 1) {
    const found = (await (await fetch(`${endpoint}/_slipway/dns`)).json()) as Edge;
    // It is opened with the first zone.
    if (found.resolver !== null || attempt === 50) return found;
    await sleep(100);
  }
}

async function makeZone(name: string): Promise<{ readonly id: string; readonly nameServers: readonly string[] }> {
  const made = await route53.send(
    new CreateHostedZoneCommand({ Name: name, CallerReference: `${name} ${Math.random()}` }),
  );
  return { id: made.HostedZone?.Id ?? "", nameServers: made.DelegationSet?.NameServers ?? [] };
}

const put = (zoneId: string, Name: string, Type: "NS" | "CAA" | "CNAME", values: readonly string[]) =>
  route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: zoneId,
      ChangeBatch: {
        Changes: [
          {
            Action: "UPSERT",
            ResourceRecordSet: { Name, Type, TTL: 60, ResourceRecords: values.map((Value) => ({ Value })) },
          },
        ],
      },
    }),
  );

/** Other tests keep domains in the same file. */
async function register(name: string, nameServers: readonly string[] | undefined): Promise<void> {
  const { registrar } = await edge();
  let known: Record<string, readonly string[]> = {};
  try {
    known = JSON.parse(readFileSync(registrar, "utf8"));
  } catch {
    mkdirSync(join(registrar, ".."), { recursive: true });
  }
  const { [name]: _, ...rest } = known;
  writeFileSync(
    `${registrar}.${process.pid}`,
    JSON.stringify(nameServers === undefined ? rest : { ...rest, [name]: nameServers }),
  );
  renameSync(`${registrar}.${process.pid}`, registrar);
}

const dnsOfLocalAws = async () => openDns({ SLIPWAY_DNS: (await edge()).resolver ?? "" });

afterAll(async () => {
  await register(domain, undefined);
  rmSync(folder, { recursive: true, force: true });
});

/** A stack as a synth writes it. */
function stack(name: string, json: object, upstreams: readonly string[] = []): Stack {
  const its = join(folder, name);
  mkdirSync(its, { recursive: true });
  writeFileSync(join(its, "cdk.tf.json"), JSON.stringify(json));
  return { name, folder: its, upstreams } as unknown as Stack;
}

test("each state of a delegation is seen in the DNS of the local AWS, from the registrar on", async () => {
  const first = await makeZone(domain);
  const second = await makeZone(domain);
  const dns = await dnsOfLocalAws();
  const zone = { domain, nameServers: first.nameServers, source: "create" as const, names: [`*.${domain}`] };
  const kind = async () => (await zoneState(dns, zone)).kind;
  const [one = "", ...three] = first.nameServers;

  expect(await kind()).toBe("not-delegated");
  await register(domain, second.nameServers);
  expect(await kind()).toBe("elsewhere");
  await register(domain, ["ns-1.awsdns-77.com", "ns-2.awsdns-77.net"]);
  expect(await kind()).toBe("stale");
  await register(domain, three);
  await expect(zoneState(dns, zone)).resolves.toMatchObject({ kind: "incomplete", above: "com", missing: [one] });
  await register(domain, first.nameServers);
  expect(await kind()).toBe("handed-over");
  await put(first.id, domain, "CAA", ['0 issue "letsencrypt.org"']);
  await expect(zoneState(dns, zone)).resolves.toEqual({
    kind: "forbidden",
    caa: { name: `*.${domain}`, at: domain, allowed: ["letsencrypt.org"] },
  });

  const staging = await makeZone(child);
  const below = { domain: child, nameServers: staging.nameServers, source: "create" as const, names: [] };
  await expect(zoneState(dns, below)).resolves.toEqual({ kind: "not-delegated", above: domain });
  await put(first.id, child, "NS", ["ns-3.awsdns-77.com", "ns-4.awsdns-77.net"]);
  expect((await zoneState(dns, below)).kind).toBe("stale");
  await put(first.id, child, "NS", staging.nameServers);
  await put(first.id, domain, "CAA", ['0 issue "amazon.com"']);
  expect((await zoneState(dns, below)).kind).toBe("handed-over");
  await register(domain, ["ns-1.awsdns-77.com"]);
  expect((await zoneState(dns, below)).kind).toBe("lost");
});

test("a stack with certificates is not planned before its zones are handed over, and others are", async () => {
  const { nameServers } = await makeZone(domain);
  await register(domain, undefined);
  const { registrar } = await edge();
  const zones = stack("dns", {
    resource: { aws_route53_zone: { com: { name: domain } } },
    output: { name_servers: { value: {} } },
  });
  const certificates = stack(
    "certificates",
    {
      resource: {
        aws_acm_certificate: { web: { domain_name: domain, subject_alternative_names: [`*.${domain}`] } },
        aws_acm_certificate_validation: { web: {} },
      },
    },
    ["dns"],
  );
  const stacks = [zones, certificates];
  const warned: string[] = [];
  const check = async (each: Stack, outputs: object | undefined) =>
    checkDelegations(each, {
      engine: { outputs: async ({ name }) => (name === "dns" ? (outputs as never) : undefined) },
      stacks,
      dns: await dnsOfLocalAws(),
      environment: "local",
      registrarFile: registrar,
      warn: (text) => warned.push(text),
    });
  const outputs = { name_servers: { [domain]: nameServers } };
  await check(zones, outputs);
  await check(certificates, undefined);
  const refused = await check(certificates, outputs).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(DelegationPending);
  expect(refused).toMatchObject({
    exitCode: 3,
    message: `domain (${domain}) must be handed over to its zone, but com names no name servers for it; enter ${nameServers.join(", ")} for ${domain} in ${registrar}; when DNS has it, run the same command again: it goes on from here.`,
  });
  await register(domain, nameServers);
  await check(certificates, outputs);
  expect(warned).toEqual([]);
});

test("a pending certificate tells which names are proven and what DNS answers for the others; a failed one why", async () => {
  const zone = await makeZone(domain);
  const dns = await dnsOfLocalAws();
  await register(domain, zone.nameServers);
  const names = {
    DomainName: domain,
    SubjectAlternativeNames: [`*.${domain}`, `a.${child}`],
    ValidationMethod: "DNS" as const,
  };
  const { CertificateArn = "" } = await acm.send(new RequestCertificateCommand(names));
  const describe = async () => (await acm.send(new DescribeCertificateCommand({ CertificateArn }))).Certificate;
  const option = async (name: string) => {
    const found = (await describe())?.DomainValidationOptions?.find((each) => each.DomainName === name);
    return { record: found?.ResourceRecord, status: found?.ValidationStatus };
  };
  const reference = "${aws_acm_certificate.web.arn}";
  const json = { resource: { aws_acm_certificate_validation: { web: { certificate_arn: reference } } } };
  const address = "aws_acm_certificate_validation.web";
  const waiting = {
    stack: stack("pending", json),
    address,
    type: "aws_acm_certificate_validation",
    idOf: async (other: string) => (other === "aws_acm_certificate.web" ? CertificateArn : undefined),
  };
  const waits = certificateWaits({ dns, variables: own, environment: "local" });
  const [apex, below] = [(await option(domain)).record, (await option(`a.${child}`)).record];
  const missing = `a.${child} waits, DNS answers NXDOMAIN for its record ${below?.Name?.replace(/\.$/, "")}`;
  const apexRecord = apex?.Name?.replace(/\.$/, "");

  await expect(waits.progress(waiting)).resolves.toBe(
    `certificate ${domain}: 0 of 3 names proven; ${domain}, *.${domain} wait, DNS answers NXDOMAIN for its record ${apexRecord}; ${missing}`,
  );
  await put(zone.id, apex?.Name ?? "", "CNAME", [apex?.Value ?? ""]);
  while ((await option(domain)).status !== "SUCCESS") await sleep(100);
  const line = `certificate ${domain}: 2 of 3 names proven (${domain}, *.${domain}); ${missing}`;
  await expect(waits.progress(waiting)).resolves.toBe(line);
  const timedOut = { severity: "error", summary: "timeout while waiting for state", detail: "", address };
  await expect(waits.failure(waiting, timedOut)).resolves.toEqual({
    what: `${line}, which must be proven within 15 minutes`,
    next: "`npm run domain -- local` says what is missing; then apply again: it goes on with this certificate",
  });
  await put(zone.id, below?.Name ?? "", "CNAME", ["wrong.acm-validations.aws."]);
  await expect(waits.progress(waiting)).resolves.toContain(
    `DNS answers wrong.acm-validations.aws for its record ${below?.Name?.replace(/\.$/, "")}, not ${below?.Value?.replace(/\.$/, "")}`,
  );

  await put(zone.id, domain, "CAA", ['0 issue ";"']);
  await put(zone.id, below?.Name ?? "", "CNAME", [below?.Value ?? ""]);
  while ((await describe())?.Status === "PENDING_VALIDATION") await sleep(100);
  await expect(waits.progress(waiting)).resolves.toBeUndefined();
  const failed = await waits.failure(waiting, { ...timedOut, summary: "unexpected state 'FAILED'" });
  expect(failed?.what).toMatch(/^certificate .* failed \(CAA_ERROR\): CAA records must let Amazon issue for /);
  expect(failed?.next).toContain(`aws acm delete-certificate --region ${region} --certificate-arn ${CertificateArn}`);
});

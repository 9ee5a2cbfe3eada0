import { ACMClient, RequestCertificateCommand } from "@aws-sdk/client-acm";
import {
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  Route53Client,
} from "@aws-sdk/client-route-53";
import { awsClientConfig, type Variables } from "@slipway/core";
import { createImportFinder } from "./import-finder.ts";

// biome-ignore lint/style/noProcessEnv: a test against the local AWS takes its endpoint from whoever runs it.
const given: Variables = process.env;
// Of this run alone: in another, all of it would be there already.
const account = `8888${String(process.pid).padStart(8, "0")}`;
const variables: Variables = {
  AWS_ENDPOINT_URL: given.SLIPWAY_TEST_ENDPOINT || given.AWS_ENDPOINT_URL,
  AWS_ACCESS_KEY_ID: account,
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_REGION: "ap-northeast-2",
};
const config = awsClientConfig(variables);
const route53 = new Route53Client(config);
const ours = { Project: "shop", Stack: "dns" };
const tags = (all: Readonly<Record<string, string>>) => Object.entries(all).map(([Key, Value]) => ({ Key, Value }));

async function createZone(Name: string, all: Readonly<Record<string, string>>): Promise<string> {
  const { HostedZone } = await route53.send(new CreateHostedZoneCommand({ Name, CallerReference: `${Math.random()}` }));
  const ResourceId = String(HostedZone?.Id).replace("/hostedzone/", "");
  await route53.send(new ChangeTagsForResourceCommand({ ResourceType: "hostedzone", ResourceId, AddTags: tags(all) }));
  return ResourceId;
}

async function createRecord(HostedZoneId: string, Name: string, Type: "CNAME" | "A", Value: string): Promise<void> {
  const ResourceRecordSet = { Name, Type, TTL: 60, ResourceRecords: [{ Value }] };
  const ChangeBatch = { Changes: [{ Action: "UPSERT" as const, ResourceRecordSet }] };
  await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch }));
}

async function requestCertificate(region: string, names: readonly string[]): Promise<string> {
  const [DomainName, ...SubjectAlternativeNames] = names;
  const asked = { DomainName, ValidationMethod: "DNS" as const, Tags: tags(ours) };
  const more = SubjectAlternativeNames.length > 0 ? { SubjectAlternativeNames } : {};
  const { CertificateArn } = await new ACMClient({ ...config, region }).send(
    new RequestCertificateCommand({ ...asked, ...more }),
  );
  return String(CertificateArn);
}

const find = async (type: string, values: object) =>
  (await createImportFinder(variables)([{ address: `${type}.it`, type, values: { ...values } }]))[`${type}.it`];

test("a zone is found by name and tags, not one of somebody else or below it", async () => {
  await createZone("left.example.com", { Project: "other" });
  await createZone("a.left.example.com", ours);
  const id = await createZone("left.example.com", ours);
  expect(await find("aws_route53_zone", { name: "left.example.com", tags_all: ours })).toBe(id);
  expect(await find("aws_route53_zone", { name: "example.com", tags_all: ours })).toBeUndefined();
});

test("a record is found in its zone by name, type and values", async () => {
  const zone_id = await createZone("records.example.com", ours);
  await createRecord(zone_id, "_1.www.records.example.com.", "CNAME", "_2.acm-validations.aws.");
  await createRecord(zone_id, "*.records.example.com", "A", "192.0.2.1");
  const record = (values: object) => find("aws_route53_record", { zone_id, type: "A", ...values });
  const proof = { name: "_1.www.records.example.com.", type: "CNAME", records: ["_2.acm-validations.aws."] };
  expect(await record(proof)).toBe(`${zone_id}__1.www.records.example.com_CNAME`);
  expect(await record({ ...proof, records: ["_3.acm-validations.aws."] })).toBeUndefined();
  expect(await record({ name: "*.records.example.com" })).toBe(`${zone_id}_*.records.example.com_A`);
  expect(await record({ name: "*.records.example.com", type: "AAAA" })).toBeUndefined();
  expect(await record({ name: "www.records.example.com" })).toBeUndefined();
  expect(await record({ name: undefined })).toBeUndefined();
});

test("a certificate is found by all of its names, in us-east-1 too", async () => {
  const regional = await requestCertificate("ap-northeast-2", ["example.com", "*.example.com"]);
  const global = await requestCertificate("us-east-1", ["static.example.com"]);
  const certificate = (domain_name: string, more: readonly string[] | null) =>
    find("aws_acm_certificate", { domain_name, subject_alternative_names: more, tags_all: ours });
  expect(await certificate("example.com", ["*.example.com"])).toBe(regional);
  expect(await certificate("static.example.com", null)).toBe(global);
  expect(await certificate("example.com", ["*.example.com", "www.example.com"])).toBeUndefined();
  expect(await certificate("example.com", null)).toBeUndefined();
});

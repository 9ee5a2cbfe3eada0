import type { ACMClient, CertificateStatus } from "@aws-sdk/client-acm";
import type { AwsClientConfig } from "@slipway/core";
import { type Finder, type FinderFactory, sameTags, type Values } from "./finder.ts";

/** Zones and certificates by name and tags, records by their zone: a second zone of a name would have other name servers. */
export const nameFinders: FinderFactory = (config) => ({
  aws_route53_zone: async (values) => {
    const { sdk, client } = await openRoute53(config);
    const DNSName = String(values.name);
    const { HostedZones = [] } = await client.send(new sdk.ListHostedZonesByNameCommand({ DNSName }));
    for (const { Id = "", Name = "", Config } of HostedZones) {
      if (bare(Name) !== DNSName || Config?.PrivateZone === true) continue;
      const ResourceId = Id.replace("/hostedzone/", "");
      const asked = new sdk.ListTagsForResourceCommand({ ResourceType: "hostedzone", ResourceId });
      const { ResourceTagSet } = await client.send(asked);
      if (sameTags(values, ResourceTagSet?.Tags)) return ResourceId;
    }
    return undefined;
  },
  aws_route53_record: async ({ zone_id: HostedZoneId, name, type, records }) => {
    if (typeof HostedZoneId !== "string" || typeof name !== "string") return undefined;
    const { sdk, client } = await openRoute53(config);
    const start = { StartRecordName: name, StartRecordType: type as "A", MaxItems: 1 };
    const { ResourceRecordSets } = await client.send(new sdk.ListResourceRecordSetsCommand({ HostedZoneId, ...start }));
    const [found] = ResourceRecordSets ?? [];
    if (found?.Name === undefined || bare(found.Name) !== bare(name) || found.Type !== type) return undefined;
    // One with other values is somebody else's, and a create says so.
    const values = found.ResourceRecords?.map(({ Value }) => Value) ?? [];
    if (Array.isArray(records) && !records.every((each) => values.includes(each))) return undefined;
    return `${HostedZoneId}_${bare(name)}_${String(type)}`;
  },
  aws_acm_certificate: certificateFinder(config),
});

async function openRoute53(config: AwsClientConfig) {
  const sdk = await import("@aws-sdk/client-route-53");
  return { sdk, client: new sdk.Route53Client(config) };
}

/** As a definition writes it: AWS ends names with a dot and writes a wildcard as its number. */
function bare(name: string): string {
  return name.replace(/\.$/, "").replace("\\052", "*").toLowerCase();
}

/** In the environment's region, then in us-east-1, where those of CloudFront are. */
function certificateFinder(config: AwsClientConfig): Finder {
  return async (values) => {
    const sdk = await import("@aws-sdk/client-acm");
    const isIt = async (client: ACMClient, CertificateArn: string | undefined): Promise<boolean> => {
      const { Certificate } = await client.send(new sdk.DescribeCertificateCommand({ CertificateArn }));
      if (!hasNames(values, Certificate?.SubjectAlternativeNames ?? [])) return false;
      const { Tags } = await client.send(new sdk.ListTagsForCertificateCommand({ CertificateArn }));
      return sameTags(values, Tags);
    };
    for (const region of new Set([...(config.region === undefined ? [] : [config.region]), "us-east-1"])) {
      const client = new sdk.ACMClient({ ...config, region });
      const CertificateStatuses: CertificateStatus[] = ["PENDING_VALIDATION", "ISSUED"];
      for await (const { CertificateSummaryList = [] } of sdk.paginateListCertificates(
        { client },
        { CertificateStatuses },
      )) {
        const named = CertificateSummaryList.filter(({ DomainName }) => DomainName === values.domain_name);
        for (const { CertificateArn } of named) if (await isIt(client, CertificateArn)) return CertificateArn;
      }
    }
    return undefined;
  };
}

/** ACM counts the certificate's own name among the others, a definition need not. */
function hasNames({ domain_name, subject_alternative_names: others }: Values, found: readonly string[]): boolean {
  const wanted = new Set([domain_name, ...(Array.isArray(others) ? others : [])]);
  return wanted.size === new Set([domain_name, ...found]).size && found.every((name) => wanted.has(name));
}

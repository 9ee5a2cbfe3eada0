import type { FinderFactory } from "./finder.ts";

/** Records, by zone, name and type. A zone has one set of a name and type, so no tags are compared. */
export const route53Finders: FinderFactory = (config) => ({
  aws_route53_record: async ({ zone_id: zone, name, type }) => {
    if (typeof zone !== "string" || typeof name !== "string" || typeof type !== "string") return undefined;
    const sdk = await import("@aws-sdk/client-route-53");
    const { ResourceRecordSets = [] } = await new sdk.Route53Client(config).send(
      new sdk.ListResourceRecordSetsCommand({
        HostedZoneId: zone,
        StartRecordName: name,
        StartRecordType: type as "A",
        MaxItems: 1,
      }),
    );
    const [found] = ResourceRecordSets;
    // Route 53 writes the dot at the end, and \\052 for a star.
    const same =
      found?.Name?.replace(/\.$/, "").replace("\\052", "*") === name.replace(/\.$/, "") && found.Type === type;
    return same ? `${zone}_${name}_${type}` : undefined;
  },
});

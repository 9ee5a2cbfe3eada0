import { isWithin } from "@slipway/network/domain-name";
import type * as z from "zod";
import { givenNames, zoneFor } from "./domain-names.ts";
import type { environmentSchema } from "./environment-schema.ts";

type Parsed = z.output<typeof environmentSchema>;
type All = Readonly<Record<string, Parsed>>;

/** What one environment's names do to those of others. An environment without a bucket is local, where names are nobody else's. */
export function domainRelations(key: string, parsed: Parsed, all: All): readonly string[] {
  const { domain, stateBucket } = parsed;
  if (domain === undefined || stateBucket === undefined) return [];
  const others = Object.entries(all).filter(
    ([other, each]) => other !== key && each.domain !== undefined && each.stateBucket !== undefined,
  );
  const own = Object.keys(domain.zones);
  const lost = givenNames(parsed).flatMap(({ path, name }) => {
    const taken = others
      .flatMap(([other, each]) => Object.keys(each.domain?.zones ?? {}).map((zone) => ({ other, zone })))
      .find(
        ({ zone }) => isWithin(name, zone) && !own.includes(zone) && zone.length > (zoneFor(name, own) ?? "").length,
      );
    if (taken !== undefined) {
      return [
        `${key}.${path.join(".")} (${name}) must not lie in ${taken.zone}, a zone of ${taken.other}, which answers for it; choose another name, or look that zone up here.`,
      ];
    }
    const twin = others.find(([other, each]) => other < key && givenNames(each).some((its) => its.name === name));
    return twin === undefined
      ? []
      : [
          `${key}.${path.join(".")} (${name}) must not be a name of ${twin[0]} too, as it leads to one place; give one of them another.`,
        ];
  });
  return [...lost, ...madeTwice(key, parsed, others)];
}

/** A second zone of the same name has other name servers, and only one of the two is ever asked. */
function madeTwice(key: string, { domain }: Parsed, others: readonly (readonly [string, Parsed])[]): readonly string[] {
  const created = Object.entries(domain?.zones ?? {}).filter(([, { source }]) => source === "create");
  return created.flatMap(([zone]) => {
    const first = others.find(([other, each]) => other < key && each.domain?.zones[zone]?.source === "create");
    return first === undefined
      ? []
      : [
          `${key}.domain.zones.${zone}.source (create) must be look-up, since ${first[0]} creates this zone; change one of them, or take a zone below it.`,
        ];
  });
}

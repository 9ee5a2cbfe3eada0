import { type DomainNameOptions, domainNameError, isWithin } from "@slipway/network/domain-name";
import * as z from "zod";
import { must } from "./must.ts";

function domainName(options: DomainNameOptions = {}) {
  return z.string(must("be a domain name", "write for example www.example.com")).superRefine((name, context) => {
    const message = domainNameError(name, options);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
}

const serversMust = must("be the four name servers of the zone", "copy all of them");

const nameServer = z.string(serversMust).superRefine((name, context) => {
  // Route 53 and `dig` write the dot that ends a whole name.
  const message = domainNameError(name.replace(/\.$/, ""));
  if (message !== undefined) context.addIssue({ code: "custom", message });
});

const nameServers = z
  .array(nameServer, serversMust)
  .length(4, serversMust)
  .refine((names) => new Set(names.map((name) => name.replace(/\.$/, ""))).size === 4, serversMust);

const zoneSchema = z.strictObject(
  {
    /** "create" makes the zone, whose name servers a person enters where its domain is kept; "look-up" takes the one public zone of that name. */
    source: z.enum(
      ["create", "look-up"],
      must("be create or look-up", "look-up is for a zone that the account has already"),
    ),
    /** Zones below this one that another environment has, each with its four name servers. @default none */
    delegations: z
      .record(domainName(), nameServers, must("be zones with their name servers", "npm run domain prints them"))
      .optional(),
  },
  must("be { source }", 'write { source: "create" }'),
);

const quotaMust = must("be a whole number from 1 to 100", "ask AWS for more than 10 first");

/** The domain names of an environment: its zones, and the names that are not those of a service. */
export const domainSchema = z
  .strictObject(
    {
      /** By name, such as `example.com`. A name lies in the longest one that holds it. */
      zones: z
        .record(
          domainName(),
          zoneSchema,
          must("be zones by their names", 'write { "example.com": { source: "create" } }'),
        )
        .refine(
          (zones) => Object.keys(zones).length > 0,
          must("name at least one zone", "add one, or leave out domain for HTTP alone"),
        ),
      /** Where static files are served from. @default by the app itself */
      static: domainName().optional(),
      /** Of the HTTP API. @default no API */
      api: domainName().optional(),
      /** How many names the account may put on a certificate. @default 10, which every account has */
      quota: z.int(quotaMust).min(1, quotaMust).max(100, quotaMust).optional(),
    },
    must("be { zones }", "leave it out for HTTP alone"),
  )
  .superRefine(({ zones }, context) => {
    for (const [zone, { delegations = {} }] of Object.entries(zones)) {
      for (const child of Object.keys(delegations)) {
        const message = childError(child, zone, Object.keys(zones));
        if (message !== undefined) {
          context.addIssue({ code: "custom", path: ["zones", zone, "delegations", child], message });
        }
      }
    }
  });

function childError(child: string, zone: string, zones: readonly string[]): string | undefined {
  if (child === zone || !isWithin(child, zone)) return must(`lie below ${zone}`, "correct one of them");
  if (!zones.includes(child)) return undefined;
  return must("not be a zone of this environment, whose name servers are taken from it", "remove the delegation");
}

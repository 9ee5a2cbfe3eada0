import { isWithin, wildcardOf } from "@slipway/network/domain-name";

interface Named {
  readonly services: Readonly<Record<string, { readonly hosts?: readonly string[] | undefined }>>;
  readonly domain?:
    | {
        readonly zones: Readonly<Record<string, unknown>>;
        readonly static?: string | undefined;
        readonly api?: string | undefined;
      }
    | undefined;
}

/** A name of an environment, and the field that says it. */
export interface GivenName {
  readonly path: readonly (string | number)[];
  readonly name: string;
}

/** Every name of an environment with a domain, as its fields say them. */
export function givenNames({ services, domain }: Named): readonly GivenName[] {
  const single = (field: "static" | "api") => {
    const name = domain?.[field];
    return name === undefined ? [] : [{ path: ["domain", field], name }];
  };
  const ofServices = Object.entries(services).flatMap(([key, { hosts = [] }]) =>
    hosts.map((name, index) => ({ path: ["services", key, "hosts", index], name })),
  );
  return [...ofServices, ...single("api"), ...single("static")];
}

/** Names of the services, each once; `*.example.com` may be among them. */
export function appNames({ services }: Pick<Named, "services">): readonly string[] {
  return [...new Set(Object.values(services).flatMap(({ hosts = [] }) => hosts))];
}

/** What each of the two certificates is for: one for the load balancer and the API, one for CloudFront, which takes its own from us-east-1. */
export function certificateNames({ services, domain }: Named): {
  readonly regional: readonly string[];
  readonly global: readonly string[];
} {
  if (domain === undefined) return { regional: [], global: [] };
  const all = [...new Set([...appNames({ services }), ...(domain.api === undefined ? [] : [domain.api])])];
  const regional = all.filter((name) => name.startsWith("*.") || !all.includes(wildcardOf(name)));
  return { regional, global: domain.static === undefined ? [] : [domain.static] };
}

/** The longest of the zones that hold a name: the one that answers for it. */
export function zoneFor(name: string, zones: readonly string[]): string | undefined {
  return zones.filter((zone) => isWithin(name, zone)).sort((a, b) => b.length - a.length)[0];
}

/** Address below which the static site serves the app's files; whitenoise in the image serves them under the same path. */
export function staticUrl(name: string): string {
  return `https://${name}/static/`;
}

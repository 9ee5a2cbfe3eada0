import type { FieldError } from "./domain-errors.ts";
import { staticUrl } from "./domain-names.ts";
import { must } from "./must.ts";

interface Service {
  readonly environment: Readonly<Record<string, string>>;
  readonly hosts?: readonly string[] | undefined;
}

interface Environment {
  readonly services: Readonly<Record<string, Service>>;
  readonly domain?: { readonly static?: string | undefined } | undefined;
}

/** A variable may name only what the environment has. */
export function placeholderErrors({ services, domain }: Environment): readonly FieldError[] {
  return Object.entries(services).flatMap(([key, { environment, hosts }]) =>
    Object.entries(environment).flatMap(([variable, value]) => {
      const path = ["services", key, "environment", variable];
      const errors: FieldError[] = [];
      if (value.includes("{static-site}") && domain?.static === undefined) {
        const remedy = "give domain.static, or leave the variable out, and the app serves its own files";
        errors.push({ path, message: must("name no {static-site} where there is none", remedy) });
      }
      if (value.includes("{hosts}") && hosts === undefined) {
        errors.push({ path, message: must("name no {hosts} where the service has none", "give hosts, or remove it") });
      }
      return errors;
    }),
  );
}

/** A variable's value with the names that are known before anything is applied. */
export function withNames(value: string, { hosts = [] }: Service, { domain }: Pick<Environment, "domain">): string {
  const site = domain?.static === undefined ? "" : staticUrl(domain.static);
  // ALLOWED_HOSTS writes the names below a name with a dot before it.
  const names = hosts.map((host) => host.replace(/^\*\./, ".")).join(",");
  return value.replaceAll("{static-site}", site).replaceAll("{hosts}", names);
}

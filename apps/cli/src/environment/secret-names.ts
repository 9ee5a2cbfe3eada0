import { Failure } from "@slipway/core";

/** What the commands need to know of an environment's services. */
export interface SecretOwner {
  readonly key: string;
  readonly services: Readonly<Record<string, { readonly secrets: Readonly<Record<string, string>> }>>;
}

export interface SecretName {
  readonly service: string;
  /** Name of the environment variable, e.g. SECRET_KEY. */
  readonly name: string;
  /** Name of the SSM parameter, or ARN of a secret in Secrets Manager. */
  readonly parameter: string;
}

/** Secrets of an environment, of one service or of all; an unknown service or name is an error that lists the known ones. */
export function secretNames(owner: SecretOwner, service?: string, name?: string): readonly SecretName[] {
  const services = Object.keys(owner.services);
  if (service !== undefined && !services.includes(service)) {
    throw new Failure(`service (${service}) must be one of ${owner.key}: ${services.join(", ")}.`);
  }
  const all = services
    .filter((each) => service === undefined || each === service)
    .flatMap((each) =>
      Object.entries(owner.services[each]?.secrets ?? {}).map(([variable, parameter]) => ({
        service: each,
        name: variable,
        parameter,
      })),
    );
  if (name === undefined) return all;
  const found = all.filter((secret) => secret.name === name);
  if (found.length === 0) {
    const known = all.map((secret) => secret.name).join(", ") || "none";
    throw new Failure(
      `NAME (${name}) must be a secret of ${service} in ${owner.key} (${known})`,
      "add it to `secrets` in environments.ts first",
    );
  }
  return found;
}

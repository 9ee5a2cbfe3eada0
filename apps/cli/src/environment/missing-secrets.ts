import type { Variables } from "@slipway/core";
import { type SecretName, type SecretOwner, secretNames } from "./secret-names.ts";
import { createSecretStore, type SecretStore } from "./secret-store.ts";

export type MissingSecret = SecretName;

/** Secrets of an environment's services that have no value yet; those in Secrets Manager are their owner's business. */
export async function missingSecrets(
  environment: SecretOwner & { readonly region: string },
  variables: Variables,
  store: SecretStore = createSecretStore(variables, environment.region),
): Promise<readonly MissingSecret[]> {
  const names = secretNames(environment).filter(({ parameter }) => !parameter.startsWith("arn:"));
  const found = await store.lastModified([...new Set(names.map(({ parameter }) => parameter))]);
  return names.filter(({ parameter }) => !found.has(parameter));
}

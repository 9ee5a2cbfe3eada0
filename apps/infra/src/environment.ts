import type { ImageSource } from "@slipway/container";
import type * as z from "zod";
import type { domainSchema } from "./domain-schema.ts";
import type { environmentSchema } from "./environment-schema.ts";
import type { serviceSchema } from "./service-schema.ts";

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

/** A service of an environment. */
export type Service = Frozen<z.output<typeof serviceSchema>>;

/** The domain names of an environment. */
export type Domain = Frozen<z.output<typeof domainSchema>>;

/** A checked environment: where stacks live and every value in which it differs from others. */
export type Environment = Frozen<z.output<typeof environmentSchema>> & {
  /** Key of the environment in commands, e.g. "staging". */
  readonly key: string;
  /** Accounts whose tasks pull from this environment's registry, its own first. */
  readonly pullAccounts: readonly string[];
  /** An account can have only one OIDC provider for GitHub; the first environment in the account creates it. */
  readonly githubProvider: "create" | "look-up";
  /** Account and name of the repository it pulls from. */
  readonly repository: { readonly account: string; readonly region: string; readonly name: string };
};

/** An environment as `environments.ts` writes it. */
export type EnvironmentInput = z.input<typeof environmentSchema>;

/** ARN of the image repository that an environment pulls from, built from names because the owner's state is not readable here. */
export function repositoryArn({ repository: { account, region, name } }: Pick<Environment, "repository">): string {
  return `arn:aws:ecr:${region}:${account}:repository/${name}`;
}

/** Whether a service keeps what users upload. */
export function hasUploads({ services }: Pick<Environment, "services">): boolean {
  return Object.values(services).some(({ media }) => media !== undefined);
}

/** The image repository of another environment or account, addressed by name because its state is not readable here. */
export function namedImages(environment: Pick<Environment, "repository">): ImageSource {
  const { account, region, name } = environment.repository;
  return {
    repositoryArn: repositoryArn(environment),
    repositoryUrl: `${account}.dkr.ecr.${region}.amazonaws.com/${name}`,
  };
}

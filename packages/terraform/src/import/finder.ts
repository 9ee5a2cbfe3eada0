import type { AwsClientConfig } from "@slipway/core";

/** Attribute values of a planned create; those not known yet are absent, those not set are null. */
export type Values = Readonly<Record<string, unknown>>;

/** Looks for the object of one planned create: its import id, or undefined. */
export type Finder = (values: Values) => Promise<string | undefined>;

/** Makes the finders of one AWS service by resource type; the client is made on first use. */
export type FinderFactory = (config: AwsClientConfig) => Readonly<Record<string, Finder>>;

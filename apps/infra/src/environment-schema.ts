import * as z from "zod";
import { apiErrors, apiSchema } from "./api-schema.ts";
import { appSchema, testCommandSchema } from "./app-schema.ts";
import { domainErrors } from "./domain-errors.ts";
import { domainSchema } from "./domain-schema.ts";
import { endpointsSchema } from "./endpoints-schema.ts";
import { existingNetworkSchema, imageRepositorySchema, networkErrors } from "./existing-schema.ts";
import { githubSchema } from "./github-schema.ts";
import { must } from "./must.ts";
import { placeholderErrors } from "./placeholders.ts";
import { serviceSchema } from "./service-schema.ts";

/** Lower-case words joined by hyphens: safe in every AWS name. */
export function kebab(rule: string, maxLength: number) {
  return z
    .string(must(rule, "give it a name"))
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, must(rule, "rename it"))
    .max(maxLength, must(rule, `shorten it to ${maxLength} characters`));
}

const account = z
  .string(must("be a text of 12 digits", "put the account's number in quotes"))
  .regex(/^\d{12}$/, must("be 12 digits", "give the account's number"));

/** Keys of services: they are part of names. */
const serviceKey = kebab("be at most 20 lower-case letters, digits and hyphens, a letter first", 20);

const regionPattern = /^[a-z]+(-[a-z]+)+-\d$/;

const zoneMust = must("be the full name of a zone in the environment's region, such as eu-west-1a", "correct it");

/** Schema of an environment in `environments.ts`. */
export const environmentSchema = z
  .strictObject({
    project: kebab("be at most 22 lower-case letters, digits and hyphens, a letter first", 22),
    /** Prefix of every name in the account. */
    name: kebab("be at most 32 lower-case letters, digits and hyphens, a letter first", 32),
    account,
    region: z
      .string(must("be a region", "write for example eu-west-1"))
      .regex(regionPattern, must("be a region", "write for example eu-west-1")),
    availabilityZones: z
      .array(z.string(zoneMust), must("be a list of zones", "name at least two"))
      .min(2, must("name at least two zones", "a load balancer refuses fewer"))
      .optional(),
    cidrBlock: z
      .string(must("be an IPv4 range", "write for example 10.0.0.0/16"))
      .regex(
        /^(\d{1,3}\.){3}\d{1,3}\/(1[6-9]|2[0-2])$/,
        must("be an IPv4 range from /16 to /22", "write for example 10.0.0.0/16"),
      )
      .optional(),
    /** How private subnets reach the internet. @default none: they reach what `endpoints` names */
    natGateways: z
      .enum(
        ["none", "single", "one-per-az"],
        must("be none, single or one-per-az", "single costs one gateway, one-per-az survives the loss of a zone"),
      )
      .optional(),
    /** What private subnets reach of AWS without NAT, next to S3. @default none */
    endpoints: endpointsSchema.optional(),
    /** Which connections are recorded in a log group. @default none */
    flowLogs: z
      .enum(["none", "rejects", "all"], must("be none, rejects or all", "rejects is what groups and ACLs refuse"))
      .optional(),
    /** A network that is there, in place of the five fields above. */
    network: existingNetworkSchema.optional(),
    /** Key of the environment that owns the image repository. */
    registry: z.string(must("be the key of an environment", "name the one that owns the images")),
    /** An ECR repository that is there; for the environment that owns its registry. */
    imageRepository: imageRepositorySchema.optional(),
    /** S3 bucket of the state; without it, the state is a file, which only `local` may have. */
    stateBucket: z
      .string(must("be the name of an S3 bucket", "name the one made for the state"))
      .regex(
        /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
        must("be 3 to 63 lower-case letters, digits and hyphens", "rename it"),
      )
      .optional(),
    /** The repository whose jobs may plan, apply and deploy; where states are in a bucket. */
    github: githubSchema.optional(),
    /** The one version that plans and applies use. */
    awsProvider: z
      .string(must("be a version", "write for example 5.100.0"))
      .regex(
        /^(5\.[1-9]\d{2,}\.\d+|6\.\d+\.\d+)$/,
        must("be one version from 5.100.0 to 6.x", "write for example 5.100.0"),
      ),
    /** "full": resources with data or traffic cannot be deleted. */
    protection: z.enum(["full", "none"], must("be full or none", "full is for what people use")),
    app: appSchema,
    /** Run in the app's folder, it decides whether a pull request may be merged. @default the image's stage `test` is built, or the image */
    testCommand: testCommandSchema.optional(),
    /** Deployed in this order. */
    services: z.record(serviceKey, serviceSchema, must("be services by their names", "write { web: { … } }")),
    /** HTTPS under names of its own. @default HTTP, at the load balancer's name */
    domain: domainSchema.optional(),
    /** Functions behind an HTTP API, at the name `domain.api`. @default no API */
    api: apiSchema.optional(),
  })
  .superRefine((environment, context) => {
    for (const [path, message] of apiErrors(environment))
      context.addIssue({ code: "custom", path: [...path], message });
  })
  .superRefine((environment, context) => {
    for (const { path, message } of [...domainErrors(environment), ...placeholderErrors(environment)]) {
      context.addIssue({ code: "custom", path: [...path], message });
    }
  })
  .superRefine((environment, context) => {
    for (const [field, message] of networkErrors(environment)) {
      context.addIssue({ code: "custom", path: [field], message });
    }
  })
  .superRefine(({ region, availabilityZones = [], services }, context) => {
    availabilityZones.forEach((zone, index) => {
      if (regionPattern.test(region) && !/^[a-h]$/.test(zone.replace(region, ""))) {
        context.addIssue({ code: "custom", path: ["availabilityZones", index], message: zoneMust });
      }
    });
    const seen = new Map<number, string>();
    for (const [key, { port, priority = 100 }] of Object.entries(services)) {
      if (port === undefined) continue;
      const other = seen.get(priority);
      const message = must(`differ from that of ${other}`, "give one of them another; lower goes first");
      if (other !== undefined) context.addIssue({ code: "custom", path: ["services", key, "priority"], message });
      seen.set(priority, key);
    }
  });

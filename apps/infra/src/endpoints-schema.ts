import { missingEndpoints } from "@slipway/container/endpoint-needs";
import { type Endpoints, endpointServices, endpointsError } from "@slipway/network/endpoint-services";
import * as z from "zod";
import { must } from "./must.ts";

/** Which of AWS's services private subnets reach without NAT: a preset, a preset and more, or a list. */
export const endpointsSchema = z.custom<Endpoints>().superRefine((endpoints, context) => {
  const error = endpointsError(endpoints);
  if (error !== undefined) context.addIssue({ code: "custom", path: [...error.path], message: error.must });
});

interface Reach {
  readonly region: string;
  readonly network?: object | undefined;
  readonly natGateways?: string | undefined;
  readonly endpoints?: Endpoints | undefined;
  readonly services: Readonly<Record<string, ServiceNeeds>>;
}

interface ServiceNeeds {
  readonly secrets: Readonly<Record<string, string>>;
  readonly shell: boolean;
}

/**
 * What keeps tasks from starting in a network without NAT, by field. A network that is there is not judged: how its private subnets go
 * out is not known before a task starts.
 */
export function reachErrors(environment: Reach, imageRegion: string): readonly (readonly [keyof Reach, string])[] {
  const { network, natGateways = "none", endpoints = "none", services, region } = environment;
  if (network !== undefined || natGateways !== "none") return [];
  const there = endpointServices(endpoints);
  const lacking = Object.entries(services)
    .map(([key, { secrets, shell }]) => ({
      at: `services.${key}`,
      missing: missingEndpoints({ secrets: Object.values(secrets), shell }, there),
    }))
    .filter(({ missing }) => missing.length > 0);
  const missing = new Set(lacking.flatMap((each) => each.missing));
  const keys = lacking.map(({ at }) => at).join(", ");
  const rule = `hold ${[...missing].join(", ")}, without which no task of ${keys} starts where natGateways is none`;
  return [
    ...(missing.size === 0 ? [] : [["endpoints", must(rule, "name them, or set natGateways to single")] as const]),
    ...inOtherRegions(services, region, imageRegion).map((what) => ["natGateways", toOtherRegion(what)] as const),
  ];
}

/** An endpoint leads to the services of its own region. */
function inOtherRegions(services: Reach["services"], region: string, imageRegion: string): readonly string[] {
  const secrets = Object.entries(services).flatMap(([key, service]) =>
    Object.entries(service.secrets)
      .filter(([, secret]) => secret.startsWith("arn:") && secret.split(":")[3] !== region)
      .map(([name, secret]) => `services.${key}.secrets.${name} is in ${secret.split(":")[3]}`),
  );
  const image = Object.keys(services).length > 0 && imageRegion !== region;
  return [...(image ? [`the image repository is in ${imageRegion}`] : []), ...secrets];
}

function toOtherRegion(what: string): string {
  return must(
    `be single or one-per-az, since ${what} and endpoints lead to their own region alone`,
    "set it, or move that to the environment's region",
  );
}

import { domainNameError, isWithin, wildcardOf } from "@slipway/network/domain-name";
import type * as z from "zod";
import { certificateNames, type GivenName, givenNames, zoneFor } from "./domain-names.ts";
import type { domainSchema } from "./domain-schema.ts";
import { must } from "./must.ts";
import type { serviceSchema } from "./service-schema.ts";

type Domain = z.output<typeof domainSchema>;

interface Named {
  readonly services: Readonly<Record<string, z.output<typeof serviceSchema>>>;
  readonly domain?: Domain | undefined;
}

/** What is wrong with a field, as a sentence that its name and value begin. */
export interface FieldError {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What is wrong with the names of an environment: each alone, then those of one certificate together. */
export function domainErrors(environment: Named): readonly FieldError[] {
  const { domain } = environment;
  if (domain === undefined) return [];
  const names = givenNames(environment);
  const single = names.flatMap(({ path, name }) => {
    const message = nameError(name, path[0] === "services", domain) ?? doubleError({ path, name }, names);
    return message === undefined ? [] : [{ path, message }];
  });
  return single.length > 0 ? single : certificateErrors(environment, domain);
}

function nameError(name: string, wildcard: boolean, { zones }: Domain): string | undefined {
  const wrong = domainNameError(name, { wildcard });
  if (wrong !== undefined) return wrong;
  const known = Object.keys(zones);
  const zone = zoneFor(name, known);
  if (zone === undefined) {
    return must(`lie in one of the zones (${known.join(", ")})`, "add its zone or correct the name");
  }
  const child = Object.keys(zones[zone]?.delegations ?? {}).find((each) => isWithin(name, each));
  if (child === undefined) return undefined;
  return must(`not lie in ${child}, which ${zone} hands on`, "say it in the environment that has this zone");
}

/** Two services may share a name, by their paths. */
function doubleError({ path, name }: GivenName, names: readonly GivenName[]): string | undefined {
  const [, service] = path;
  const isHost = path[0] === "services";
  const beside = names.filter((each) => (isHost ? isSibling(each, path) : each.path !== path));
  if (isHost) {
    if (beside.some((each) => each.name === name && Number(each.path[3]) < Number(path[3]))) {
      return must("be there once", "remove the other");
    }
    const wildcard = wildcardOf(name);
    const isCovered = name !== wildcard && beside.some((each) => each.name === wildcard);
    return isCovered ? must(`not repeat what ${wildcard} covers`, "remove it") : undefined;
  }
  const taken = beside.find((each) => each.name === name && each.path[0] === "services");
  if (taken !== undefined) {
    return must(`differ from the hosts of ${taken.path[1]}, as one name leads to one place`, "give it another name");
  }
  const isStatic = service === "static";
  return isStatic && beside.some((each) => each.name === name)
    ? must("differ from api, as one name leads to one place", "give it another name")
    : undefined;
}

function isSibling(each: GivenName, path: GivenName["path"]): boolean {
  return each.path[0] === "services" && each.path[1] === path[1] && each.path[3] !== path[3];
}

/** https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html */
function certificateErrors(environment: Named, { quota = 10 }: Domain): readonly FieldError[] {
  const { regional, global } = certificateNames(environment);
  const names = givenNames(environment);
  const long = [regional[0], global[0]].filter((name) => name !== undefined && name.length > 64);
  const errors = names
    .filter(({ name }) => long.includes(name))
    .map(({ path }) => ({
      path,
      message: must("be at most 64 characters as the first name of its certificate", "put a shorter one first"),
    }));
  if (regional.length <= quota) return errors;
  const rule = `be at least ${regional.length}, the number of names on the certificate of hosts and api`;
  const remedy = `use wildcards, or have AWS raise the quota of ${quota} and give it here`;
  return [...errors, { path: ["domain", "quota"], message: must(rule, remedy) }];
}

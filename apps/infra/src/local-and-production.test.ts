import type { Attributes } from "@slipway/testing";
import { bootstrapStacks } from "./bootstrap-stacks.ts";
import type { Environment } from "./environment.ts";
import { environment } from "./environments.ts";
import { stacksOf } from "./testing/stacks-of.ts";

/** The parts of a stack that must be equal in all environments: everything but account, region, names, sizes, backend and protection. */
function shared(key: string): Attributes {
  const found = named(environment(key));
  // The state bucket belongs to the backend. Environments with a bucket also have roles for jobs on GitHub.
  const stacks = Object.entries(stacksOf(found)).filter(([stack]) => !bootstrapStacks.includes(stack));
  return Object.fromEntries(stacks.map(([stack, { json }]) => [stack, strip(json, found)]));
}

/** An environment as it is once it has names, under those that local has. */
function named(found: Environment): Environment {
  const { domain, api, services } = environment("local");
  const withNames = Object.entries(found.services).map(([key, service]) => {
    const { hosts, environment: variables } = services[key] ?? service;
    return [key, { ...service, hosts, environment: variables }];
  });
  return { ...found, domain, api, services: Object.fromEntries(withNames) };
}

function strip(json: Attributes, found: Environment): Attributes {
  const text = JSON.stringify(json, (name, value) => (sizes.has(name) ? undefined : without(protection, name, value)));
  const { backend: _, ...terraform } = JSON.parse(text).terraform;
  const rest = { ...JSON.parse(text), terraform };
  for (const state of Object.values<Attributes>(rest.data?.terraform_remote_state ?? {})) {
    delete state.backend;
    delete state.config;
  }
  return rename(rest, found);
}

const sizes = new Set(["cpu", "memory", "desired_count", "cidr_block"]);
// The boundary protects the account from the jobs that apply; it comes with their roles.
const protection = new Set(["prevent_destroy", "enable_deletion_protection", "force_destroy", "permissions_boundary"]);

/** Drops protection, and the lifecycle that held nothing else. */
function without(names: ReadonlySet<string>, name: string, value: Attributes) {
  if (names.has(name)) return undefined;
  const empty = name === "lifecycle" && Object.keys(value).every((each) => names.has(each));
  return empty ? undefined : value;
}

function rename(json: Attributes, { project, name, account, region, pullAccounts }: Environment): Attributes {
  const accounts = new RegExp([account, ...pullAccounts].join("|"), "g");
  const text = JSON.stringify(json)
    .replaceAll(Object.keys(environment("local").domain?.zones ?? {}).join(), "DOMAIN")
    .replaceAll(`"Project":"${project}"`, '"Project":"PROJECT"')
    .replaceAll(accounts, "ACCOUNT")
    // The accounts that may pull are a list of accounts.
    .replace(/(\\"arn:aws:iam::ACCOUNT:root\\")(,\1)*/g, "$1")
    .replaceAll(region, "REGION")
    .replaceAll(new RegExp(`${name}(-web-[0-9a-f]{6})?(?![a-z0-9])`, "g"), (_, targets) =>
      targets === undefined ? "NAME" : "NAME-web-HASH",
    );
  return JSON.parse(text);
}

test("local differs from production with a domain in account, region, names, sizes, backend and protection only", () => {
  const stacks = Object.keys(shared("production"));
  expect(stacks).toEqual(expect.arrayContaining(["dns", "certificates", "static-site", "http-api", "service"]));
  expect(shared("local")).toEqual(shared("production"));
});

test("what production alone may have would be seen", () => {
  const production = environment("production");
  const more = { ...production, natGateways: "one-per-az" } as const;
  const [network] = [stacksOf(more).network?.json ?? {}].map((json) => strip(json, more));
  expect(network).not.toEqual(shared("local").network);
});

test("production is protected and local is not", () => {
  const protectedOnes = (key: string) =>
    JSON.stringify(Object.values(stacksOf({ ...environment(key), stateBucket: undefined }))).match(
      /"prevent_destroy":true/g,
    );
  expect(protectedOnes("production")).toHaveLength(3);
  expect(protectedOnes("local")).toBeNull();
});

import * as z from "zod";
import { domainRelations } from "./domain-relations.ts";
import { reachErrors } from "./endpoints-schema.ts";
import type { Environment, EnvironmentInput } from "./environment.ts";
import { environmentSchema, kebab } from "./environment-schema.ts";

/** Placeholder owner in the template's `environments.ts`. */
export const placeholderOwner = "this-is-owner";

type Parsed = z.output<typeof environmentSchema>;

const environmentKey = kebab("be at most 16 lower-case letters, digits and hyphens, a letter first", 16);

/** Validates every environment and the rules between them. Throws an error with one line per mistake. */
export function checkEnvironments(
  inputs: Readonly<Record<string, EnvironmentInput>>,
): ReadonlyMap<string, Environment> {
  const schema = z.record(environmentKey, environmentSchema);
  const result = schema.safeParse(inputs);
  if (!result.success) {
    throw new Error(
      firstOfEach(result.error.issues)
        .map((issue) => sentence(issue, inputs))
        .join("\n"),
    );
  }
  const entries = Object.entries(result.data);
  const wrong = entries.flatMap(([key, each]) => relations(key, each, result.data));
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
  return new Map(entries.map(([key, each]) => [key, finish(key, each, result.data)]));
}

function finish(key: string, parsed: Parsed, all: Readonly<Record<string, Parsed>>): Environment {
  const owner = all[parsed.registry] as Parsed;
  const first = Object.entries(all).find(
    ([, each]) => each.account === parsed.account && each.stateBucket !== undefined,
  );
  const { account = owner.account, region = owner.region, name = owner.name } = owner.imageRepository ?? {};
  const readers = Object.values(all).filter((each) => each.registry === key);
  return freeze({
    ...parsed,
    key,
    pullAccounts: [...new Set([parsed.account, ...readers.map((each) => each.account)])],
    githubProvider: first === undefined || first[0] === key ? "create" : "look-up",
    repository: { account, region, name },
  });
}

/** Placeholder account ids, which let people try the environments on the local AWS before they have real accounts. */
const placeholderAccounts = new Set(["000000000000", "111111111111", "222222222222"]);

function githubErrors(key: string, { account, stateBucket, github }: Parsed): string[] {
  if (stateBucket === undefined) return [];
  if (github === undefined) {
    return [
      `${key}.github (missing) must be the repository whose jobs may plan, apply and deploy; write { owner, name, ownerId, id }.`,
    ];
  }
  if (github.owner !== placeholderOwner || placeholderAccounts.has(account)) return [];
  return [
    `${key}.github.owner (${github.owner}) must be the owner of your repository: account ${account} would trust whoever takes that name; correct all four values.`,
  ];
}

function relations(key: string, parsed: Parsed, all: Readonly<Record<string, Parsed>>): string[] {
  const { name, account, registry, stateBucket, imageRepository } = parsed;
  const errors: string[] = [];
  const twin = Object.entries(all).find(
    ([other, each]) => other < key && each.account === account && each.name === name,
  );
  if (twin !== undefined) {
    errors.push(
      `${key}.name (${name}) must differ from that of ${twin[0]}, which is in the same account; rename one of them.`,
    );
  }
  const owner = all[registry];
  if (owner === undefined) {
    const known = Object.keys(all).join(", ");
    errors.push(`${key}.registry (${registry}) must be the key of an environment; name one of ${known}.`);
  } else if (owner.registry !== registry) {
    errors.push(
      `${key}.registry (${registry}) must own its registry, but takes that of ${owner.registry}; name ${owner.registry}.`,
    );
  }
  if (imageRepository !== undefined && registry !== key) {
    errors.push(
      `${key}.imageRepository (${imageRepository.name}) must be said by the environment that owns the registry, ${registry}; move it there.`,
    );
  }
  if (stateBucket === undefined && key !== "local") {
    errors.push(`${key}.stateBucket (missing) must be the name of an S3 bucket; only local keeps its state in a file.`);
  }
  const sharer = Object.entries(all).find(
    ([other, each]) => other < key && stateBucket !== undefined && each.stateBucket === stateBucket,
  );
  if (sharer !== undefined) {
    errors.push(
      `${key}.stateBucket (${stateBucket}) must differ from that of ${sharer[0]}: whoever may change one environment could change the other; name another bucket.`,
    );
  }
  const imageRegion = owner?.imageRepository?.region ?? owner?.region ?? parsed.region;
  const reach = reachErrors(parsed, imageRegion).map(
    ([field, must]) => `${key}.${field} (${display(parsed[field])}) ${must}`,
  );
  return [
    ...errors,
    ...reach,
    ...githubErrors(key, parsed),
    ...imageErrors(key, parsed, all),
    ...domainRelations(key, parsed, all),
  ];
}

/** Environments of one registry run one image, so what it is made of must be the same in all of them. */
function imageErrors(key: string, parsed: Parsed, all: Readonly<Record<string, Parsed>>): string[] {
  const sharing = Object.entries(all).filter(([, { registry }]) => registry === parsed.registry);
  const [first, other] = sharing[0] ?? [key, parsed];
  const errors = (["app", "testCommand"] as const).flatMap((field) =>
    JSON.stringify(parsed[field]) === JSON.stringify(other[field])
      ? []
      : [
          `${key}.${field} (${display(parsed[field])}) must be that of ${first}: both take their image from the registry of ${parsed.registry}; give them the same, or ${key} a registry of its own.`,
        ],
  );
  const services = sharing.flatMap(([environment, each]) =>
    Object.entries(each.services).map(
      ([service, { architecture }]) => [`${environment}.services.${service}`, architecture] as const,
    ),
  );
  const [wanted] = services;
  const wrong = services.filter(([at, architecture]) => at.startsWith(`${key}.`) && architecture !== wanted?.[1]);
  return [
    ...errors,
    ...wrong.map(
      ([at, architecture]) =>
        `${at}.architecture (${architecture}) must be ${wanted?.[1]}, as that of ${wanted?.[0]}: all services run one image; give all of them the same.`,
    ),
  ];
}

/** One mistake of each field: what a field is decides what else is asked of it. */
function firstOfEach(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const at = issues.map(({ path }) => JSON.stringify(path));
  return issues.filter((_, index) => at.indexOf(at[index] ?? "") === index);
}

function sentence(issue: z.core.$ZodIssue, inputs: unknown): string {
  const path = issue.path.map(String);
  const field = path.join(".");
  if (issue.code === "unrecognized_keys") {
    return `${field} (${issue.keys.join(", ")}) must not be there; check the spelling or remove it.`;
  }
  if (issue.code === "invalid_key") {
    const { message } = issue.issues[0] ?? issue;
    return `${path.slice(0, -1).join(".") || "environments"} (${path.at(-1)}) ${message}`;
  }
  // The value is hidden because it may be a secret that somebody wrote in place of the secret's name.
  const shown = path.includes("secrets") ? "not shown" : display(valueAt(inputs, path));
  return `${field} (${shown}) ${issue.message}`;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce((each: unknown, part) => (each as Record<string, unknown> | undefined)?.[part], value);
}

function display(value: unknown): string {
  if (value === undefined) return "missing";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(freeze);
    Object.freeze(value);
  }
  return value;
}

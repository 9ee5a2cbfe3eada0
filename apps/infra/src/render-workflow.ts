import { dirname } from "node:path/posix";
import { isDeepStrictEqual } from "node:util";
import { isNode, isSeq, parse, parseDocument } from "yaml";
import type { Environment } from "./environment.ts";
import { branchFields, branchOf, renderConditions } from "./render-branch.ts";
import { renderServiceJobs } from "./render-service-jobs.ts";
import { workflowApp } from "./workflow-environments.ts";

type Path = readonly (string | number)[];
type Value = string | readonly string[];

/** What a workflow's field must be, as `environments.ts` has it. */
interface Derived {
  readonly path: Path;
  readonly value: Value;
}

interface WorkflowText {
  readonly on?: {
    readonly workflow_dispatch?: { readonly inputs?: Readonly<Record<string, { readonly type?: string }>> };
  };
  readonly jobs?: Readonly<Record<string, JobText>>;
  /** Of `dependabot.yml`, which is no workflow and names the app all the same. */
  readonly updates?: readonly { readonly "package-ecosystem"?: string; readonly directories?: readonly string[] }[];
}

interface JobText {
  readonly environment?: unknown;
  readonly concurrency?: { readonly group?: string };
  readonly strategy?: { readonly matrix?: { readonly environment?: unknown } };
  readonly steps?: readonly {
    readonly uses?: string;
    readonly env?: object;
    readonly with?: Readonly<Record<string, unknown>>;
  }[];
}

/** Takes the text of a workflow as it stands and puts in what derives from the environments; comments and layout stay. */
export function renderWorkflow(file: string, text: string, environments: readonly Environment[]): string {
  // Workflows plan, apply and deploy those whose state is in S3.
  const shared = environments.filter(({ stateBucket }) => stateBucket !== undefined);
  const keys = shared.map(({ key }) => key);
  const synthesized = text.replace(/(synth --workspace @slipway\/infra --)(?: [\w-]+)*/g, `$1 ${keys.join(" ")}`);
  const branch = branchOf(shared);
  const ofServices = renderServiceJobs(synthesized, servicesOf(shared));
  const rendered = branch === undefined ? ofServices : renderConditions(ofServices, branch);
  const workflow: WorkflowText = parseDocument(rendered).toJS() ?? {};
  const derived: readonly Derived[] = [
    ...(branch === undefined ? [] : branchFields(workflow, branch)),
    ...choices(workflow, keys, servicesOf(shared)),
    ...dependencies(workflow, shared),
    ...Object.entries(workflow.jobs ?? {}).flatMap(([id, job]) => [
      ...matrix(id, job, keys),
      ...imageOwner(id, job, shared),
      ...lastService(id, job, shared),
    ]),
  ];
  return derived.reduce((changed, { path, value }) => put(file, changed, path, value), rendered);
}

/** Keys of the services of all environments, in the order in which they are deployed. */
function servicesOf(environments: readonly Environment[]): readonly string[] {
  const all: string[] = [];
  for (const { services } of environments) {
    Object.keys(services).forEach((key, index, own) => {
      // Behind the one that it follows here.
      if (!all.includes(key)) all.splice(all.indexOf(own[index - 1] ?? "") + 1, 0, key);
    });
  }
  for (const { key, services } of environments) {
    const own = Object.keys(services);
    const here = all.filter((service) => service in services);
    if (isDeepStrictEqual(own, here)) continue;
    throw new Error(
      `${key}.services (${own.join(", ")}) must be in the order in which other environments have them (${here.join(", ")}): one workflow deploys them; move them in environments.ts.`,
    );
  }
  return all;
}

/** What a person who starts a workflow chooses from. */
function choices({ on }: WorkflowText, environments: readonly string[], services: readonly string[]): Derived[] {
  const inputs = on?.workflow_dispatch?.inputs ?? {};
  const all = { environment: environments, service: services };
  return Object.entries(all).flatMap(([name, value]) =>
    inputs[name]?.type === "choice" ? [{ path: ["on", "workflow_dispatch", "inputs", name, "options"], value }] : [],
  );
}

/** Where Dependabot looks for the app's packages, before those of the project's own tools, and for its base images. */
function dependencies({ updates = [] }: WorkflowText, [first]: readonly Environment[]): Derived[] {
  if (first === undefined) return [];
  const { folder, dockerfile } = workflowApp(first);
  return updates.flatMap((update, index): Derived[] => {
    const path = ["updates", index];
    if (update["package-ecosystem"] === "docker") {
      return [{ path: [...path, "directory"], value: inRepository(dirname(dockerfile)) }];
    }
    if (update["package-ecosystem"] !== "pip") return [];
    const [, ...tools] = update.directories ?? [];
    return [{ path: [...path, "directories"], value: [inRepository(folder), ...tools] }];
  });
}

const inRepository = (folder: string) => `/${folder === "." ? "" : folder}`;

function matrix(id: string, { strategy }: JobText, environments: readonly string[]): Derived[] {
  if (strategy?.matrix?.environment === undefined) return [];
  return [{ path: ["jobs", id, "strategy", "matrix", "environment"], value: environments }];
}

/** A job that builds the image runs in the environment whose registry it pushes to, on a machine of the image's platform. */
function imageOwner(id: string, { steps = [] }: JobText, environments: readonly Environment[]): Derived[] {
  if (!steps.some(({ uses }) => uses?.endsWith("/push-image"))) return [];
  const owners = [...new Set(environments.map(({ registry }) => registry))];
  const [owner = "", ...others] = owners;
  if (others.length > 0) {
    throw new Error(
      `the registry of ${environments.map(({ key }) => key).join(" and ")} (${owners.join(", ")}) must be one, for an image is built once for all of them; name the same in environments.ts.`,
    );
  }
  const architectures = environments.flatMap(({ services }) =>
    Object.values(services).map((each) => each.architecture),
  );
  const readers = steps.flatMap(({ uses }, index) => (uses?.endsWith("/read-environment") ? [index] : []));
  return [
    { path: ["jobs", id, "runs-on"], value: architectures.includes("ARM64") ? "ubuntu-24.04-arm" : "ubuntu-24.04" },
    { path: ["jobs", id, "environment", "name"], value: owner },
    ...readers.map((index) => ({ path: ["jobs", id, "steps", index, "with", "environment"], value: owner })),
  ];
}

/** A job that asks what an environment runs waits for the deployment of its last service, which all others are before. */
function lastService(
  id: string,
  { concurrency, steps = [] }: JobText,
  environments: readonly Environment[],
): Derived[] {
  if (!steps.some(({ uses }) => uses?.endsWith("/read-service"))) return [];
  const asked = steps.find(({ uses }) => uses?.endsWith("/read-environment"))?.with?.environment;
  const last = Object.keys(environments.find(({ key }) => key === asked)?.services ?? {}).at(-1);
  if (concurrency === undefined || last === undefined) return [];
  return [{ path: ["jobs", id, "concurrency", "group"], value: `ecs-${asked}-${last}` }];
}

/** Writes one value where it differs, and touches nothing beside it. */
function put(file: string, text: string, path: Path, value: Value): string {
  const node = parseDocument(text).getIn(path, true);
  if (!isNode(node) || !node.range) {
    throw new Error(
      `${file} must have ${path.join(".")}, which derives from environments.ts; take the file as it comes.`,
    );
  }
  const written = typeof value === "string" ? value : `[${value.join(", ")}]`;
  if (isDeepStrictEqual(node.toJSON(), parse(written))) return text;
  const [start, end] = node.range;
  // A list in lines of its own ends with the line break behind it.
  const rest = isSeq(node) && !node.flow ? `\n${text.slice(end).replace(/^\n/, "")}` : text.slice(end);
  return `${text.slice(0, start)}${written}${rest}`;
}

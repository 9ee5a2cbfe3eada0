import * as z from "zod";
import type { EnvironmentInput } from "./environment.ts";
import { must } from "./must.ts";

const overlaySchema = z.strictObject(
  {
    project: z.string(must("be a name", "give the project's name")),
    /** Fields of each service, in the order in which they are deployed; checked as those of an environment. */
    services: z.record(
      z.string(),
      z.record(z.string(), z.unknown(), must("be an object", "give the service's fields")),
      must("be an object", "give the services by their names"),
    ),
  },
  must("be an object with project and services", "see docs/ecs-service.md"),
);

/** The environment `local` for another project: its name and services, with the sizes of the first one that `local` has. */
export function overlay(local: EnvironmentInput, json: string): EnvironmentInput {
  const { project, services: given } = parse(json);
  const { cpu, memory, desiredCount } = Object.values(local.services)[0] ?? {};
  // Another project may write files beside its code, e.g. a SQLite database, so its root file system is writable.
  const common = { cpu, memory, desiredCount, readonlyRootFilesystem: false };
  const services = Object.fromEntries(
    Object.entries(given).map(([key, service]) => [key, { ...common, ...service }]),
  ) as EnvironmentInput["services"];
  // Our functions and names are no part of the other project, which may answer to no name that it does not know.
  const { api: _, domain: __, ...rest } = local;
  return { ...rest, project, name: `${project}-local`, services };
}

function parse(json: string): z.output<typeof overlaySchema> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new Error(`SLIPWAY_OVERLAY (${json.length} characters) must be JSON; let npm start set it.`);
  }
  const result = overlaySchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`${["SLIPWAY_OVERLAY", ...(issue?.path ?? [])].join(".")} ${issue?.message}`);
}

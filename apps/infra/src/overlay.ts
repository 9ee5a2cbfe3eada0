import * as z from "zod";
import type { EnvironmentInput } from "./environment.ts";
import { must } from "./must.ts";

const overlaySchema = z.strictObject(
  {
    project: z.string(must("be a name", "give the project's name")),
    /** Fields of the service `web`; checked as those of an environment. Sizes stay those of the environment. */
    service: z.record(z.string(), z.unknown(), must("be an object", "give the service's fields")),
  },
  must("be an object with project and service", "see docs/ecs-service.md"),
);

/** The environment `local` for another project: its name and service, with the sizes of `local`. */
export function overlay(local: EnvironmentInput, json: string): EnvironmentInput {
  const { project, service } = parse(json);
  const { cpu, memory, desiredCount } = local.services.web ?? {};
  // Another project may write files beside its code, e.g. a SQLite database, so its root file system is writable.
  const web = {
    cpu,
    memory,
    desiredCount,
    readonlyRootFilesystem: false,
    ...service,
  } as EnvironmentInput["services"][string];
  return { ...local, project, name: `${project}-local`, services: { web } };
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

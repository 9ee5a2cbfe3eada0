import type { DeployServiceInput } from "./deploy-service.ts";
import type { Migration } from "./migration.ts";

/** The migration that a deployment begins with; undefined where the service names none. */
export function migrationOf(input: DeployServiceInput): Migration | undefined {
  const { migrateCommand: command, migrateTimeoutMinutes: timeoutMinutes, pollSeconds, images } = input;
  const [image] = images;
  if (command === undefined || image === undefined) return undefined;
  return { command, container: image.name, timeoutMinutes, pollSeconds };
}

import { ActionFailure, type FailureReason } from "@slipway/core";
import { describeDiagnostics, diagnosticsSection } from "@slipway/ecs-deploy/diagnostics";
import { type DescribedTaskDefinition, revisionName } from "@slipway/ecs-deploy/task-definition";
import type { Deployment, DeployServiceInput, DeployTools } from "./deployment.ts";
import { type Migration, type MigrationOutcome, migrate } from "./migration.ts";
import { deploySummary, outputsOf, reportOf, runningTasks } from "./summary.ts";
import type { PlannedUpdate } from "./update-service.ts";

/** Runs the migration before a new revision is deployed. A failed migration fails the deployment before it starts. */
export async function migrateFirst(
  deployment: Deployment,
  revision: DescribedTaskDefinition,
  update: PlannedUpdate,
  tools: DeployTools,
): Promise<MigrationOutcome | undefined> {
  const { input, service } = deployment;
  const migration = migrationOf(input);
  // What is joined or only counted anew was migrated when it was new.
  if (migration === undefined || (update !== "deploy" && update !== "retry")) return undefined;
  const migrated = await migrate({ migration, cluster: input.cluster, service, revision }, tools);
  const known: Deployment = { ...deployment, migrated };
  if (migrated.reason !== undefined) throw notMigrated(known, migrated, revision);
  if (!tools.signal.aborted) return migrated;
  const outputs = outputsOf(known, revision, { changed: "false", "deployment-status": "NONE" });
  const what = "Interrupted after the migration, before anything was deployed";
  throw new ActionFailure("interrupted", what, "run again", { outputs });
}

function notMigrated(
  deployment: Deployment,
  migrated: MigrationOutcome,
  revision: DescribedTaskDefinition,
): ActionFailure {
  const { input, service } = deployment;
  const currentRevision = revisionName(service.taskDefinition);
  const failure = migrationFailure({
    outcome: migrated,
    service: input.service,
    revision: revision.name,
    running: `${currentRevision} with ${runningTasks(service)}`,
    timeoutMinutes: input.migrateTimeoutMinutes,
  });
  const report = reportOf(deployment, revision.name, {
    state: "not deployed, its migration did not succeed",
    currentRevision,
    count: runningTasks(service),
    diagnostics: diagnosticsSection(migrated.diagnostics, []),
    next: failure.next,
  });
  const outputs = outputsOf(deployment, revision, { changed: "false", "deployment-status": "NONE" });
  return new ActionFailure(failure.reason, failure.what, failure.next, { outputs, summary: deploySummary(report) });
}

export interface FailedMigration {
  readonly outcome: MigrationOutcome;
  readonly service: string;
  /** `family:revision` of what would have been deployed. */
  readonly revision: string;
  /** What the service is at still: `web:41 with 2 of 2 running`. */
  readonly running: string;
  readonly timeoutMinutes: number;
}

/** What a migration that did not succeed means: reason, sentence and next step. */
function migrationFailure(failed: FailedMigration): { reason: FailureReason; what: string; next: string } {
  const { outcome, service, revision, running, timeoutMinutes } = failed;
  const { reason, end, diagnostics } = outcome;
  const cause = diagnostics.missing || describeDiagnostics(diagnostics);
  const unchanged = `Nothing was deployed: ${service} is at ${running}`;
  if (reason === "migration-timed-out") {
    return {
      reason: "migration-timed-out",
      what: `Migration of ${service} (${revision}) has not ended within ${timeoutMinutes} minutes (${end}): ${cause}. ${unchanged}`,
      next: "see its log for what it waits for; then deploy again, with a larger `migrate-timeout-minutes` if it only needs longer",
    };
  }
  if (reason === "interrupted") {
    return {
      reason: "interrupted",
      what: `Interrupted while migrating ${service} (${revision}): the migration was ${end}. ${unchanged}`,
      next: "run again; a migration goes on where the last one ended",
    };
  }
  const isStarted = outcome.end.startsWith("exit");
  return {
    reason: "migration-failed",
    what: `Migration of ${service} (${revision}) ${isStarted ? `failed with ${end}` : end}: ${cause}. ${unchanged}`,
    next: `fix the cause and deploy again${isStarted ? "; migrations that were applied before the one that failed stay applied" : ""}`,
  };
}

/** The migration that a deployment begins with; undefined where the service names none. */
export function migrationOf(input: DeployServiceInput): Migration | undefined {
  const { migrateCommand: command, migrateTimeoutMinutes: timeoutMinutes, pollSeconds, images } = input;
  const [image] = images;
  if (command === undefined || image === undefined) return undefined;
  return { command, container: image.name, timeoutMinutes, pollSeconds };
}

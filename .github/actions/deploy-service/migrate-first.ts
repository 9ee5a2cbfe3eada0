import { ActionFailure } from "@slipway/core";
import { evidenceSection } from "@slipway/ecs-deploy/diagnostics";
import { type DescribedTaskDefinition, revisionName } from "@slipway/ecs-deploy/task-definition";
import type { DeployTools } from "./deploy-service.ts";
import type { Deployment } from "./deployment.ts";
import { type MigrationOutcome, migrate } from "./migration.ts";
import { migrationFailure } from "./migration-failure.ts";
import { migrationOf } from "./migration-of.ts";
import { outputsOf } from "./outputs-of.ts";
import { reportOf } from "./report-of.ts";
import { runningTasks } from "./running-tasks.ts";
import { deploySummary } from "./summary.ts";
import type { PlannedUpdate } from "./update-service.ts";

/** Migrates before the service gets a revision that is new to it. Whatever does not end well, ends the deployment before it began. */
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
    evidence: evidenceSection(migrated.evidence, []),
    next: failure.next,
  });
  const outputs = outputsOf(deployment, revision, { changed: "false", "deployment-status": "NONE" });
  return new ActionFailure(failure.reason, failure.what, failure.next, { outputs, summary: deploySummary(report) });
}

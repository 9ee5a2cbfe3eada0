import type { FailureReason } from "@slipway/core";
import { evidenceSentence } from "@slipway/ecs-deploy/diagnostics";
import type { MigrationOutcome } from "./migration.ts";

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
export function migrationFailure(failed: FailedMigration): { reason: FailureReason; what: string; next: string } {
  const { outcome, service, revision, running, timeoutMinutes } = failed;
  const { reason, end, evidence } = outcome;
  const said = evidence.missing || evidenceSentence(evidence);
  const still = `Nothing was deployed: ${service} is at ${running}`;
  if (reason === "migration-timed-out") {
    return {
      reason: "migration-timed-out",
      what: `Migration of ${service} (${revision}) has not ended within ${timeoutMinutes} minutes (${end}): ${said}. ${still}`,
      next: "see its log for what it waits for; then deploy again, with a larger `migrate-timeout-minutes` if it only needs longer",
    };
  }
  if (reason === "interrupted") {
    return {
      reason: "interrupted",
      what: `Interrupted while migrating ${service} (${revision}): the migration was ${end}. ${still}`,
      next: "run again; a migration goes on where the last one ended",
    };
  }
  const isStarted = outcome.end.startsWith("exit");
  return {
    reason: "migration-failed",
    what: `Migration of ${service} (${revision}) ${isStarted ? `failed with ${end}` : end}: ${said}. ${still}`,
    next: `fix the cause and deploy again${isStarted ? "; migrations that were applied before the one that failed stay applied" : ""}`,
  };
}

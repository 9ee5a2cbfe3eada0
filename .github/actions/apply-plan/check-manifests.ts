import { ActionFailure } from "@slipway/core";
import type { Manifest } from "@slipway/plan-review/manifest/manifest";
import { commands } from "@slipway/plan-review/next-commands";
import type { OpenedEngine } from "@slipway/plan-review/open-engine";
import type { ReviewedPlan } from "./find-plans.ts";

const day = 24 * 60 * 60 * 1000;
const longest = 7 * day;

type Place = Pick<OpenedEngine, "environment" | "account" | "terraform" | "provider">;

/** Refuses plans that are too old, of another account, or made by another Terraform or provider. */
export function checkManifests(plans: readonly ReviewedPlan[], place: Place, now = Date.now()): void {
  const again = `plan again: ${commands.plan(place.environment)}`;
  for (const { id, manifest } of new Set(plans)) {
    const age = now - Date.parse(manifest.createdAt);
    if (age > longest) {
      const what = `Plan ${id} is of ${manifest.createdAt.slice(0, 10)}: a plan can be applied for 7 days`;
      throw new ActionFailure("plan-expired", what, again);
    }
    const moved = differences(manifest, place);
    if (moved !== undefined) throw new ActionFailure("config-changed", `Plan ${id} was made ${moved}`, again);
  }
}

function differences(manifest: Manifest, place: Place): string | undefined {
  const { account, engine, provider } = manifest;
  if (account !== place.account) return `for account ${account}, the stacks are now of ${place.account}`;
  if (engine !== place.terraform.version) return `by Terraform ${engine}, here is ${place.terraform.version}`;
  if (provider !== place.provider) return `with AWS provider ${provider}, the stacks now ask for ${place.provider}`;
  return undefined;
}

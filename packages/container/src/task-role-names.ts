import { shortName } from "@slipway/network";

/** What the two roles of a service's tasks are called: who may pass them is said before they are there. */
export function taskRoleNames(service: string): { readonly task: string; readonly execution: string } {
  return { task: shortName(`${service}-task`, 64), execution: shortName(`${service}-execution`, 64) };
}

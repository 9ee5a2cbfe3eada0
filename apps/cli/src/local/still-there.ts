import type { Outputs, Stack } from "@slipway/terraform";
import type { AwsReads } from "./aws-reads.ts";

/** Whether what a stack made is there, by its outputs: one read call, and one per service. */
export async function stillThere(
  reads: Pick<AwsReads, "repositoryExists" | "vpcExists" | "serviceState">,
  { name }: Pick<Stack, "name">,
  outputs: Outputs,
): Promise<boolean> {
  if (name === "registry") return reads.repositoryExists(String(outputs.repository_name));
  if (name === "network") return reads.vpcExists(String(outputs.vpc_id));
  const services = Object.values((outputs.services ?? {}) as Record<string, Outputs>);
  const states = await Promise.all(
    services.map(({ cluster, service }) => reads.serviceState(String(cluster), String(service))),
  );
  return states.length > 0 && states.every((state) => state?.status === "ACTIVE");
}

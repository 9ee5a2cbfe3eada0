import type { CheckServiceInput, Fault, Tools } from "./input.ts";

/** What ECS says of one moment. */
export interface EcsProbe {
  readonly fault: Fault;
  readonly digest: string;
  /** `2 of 2 tasks`. */
  readonly tasks: string;
  /** ARNs of the tasks that run, in order: another list is another set of processes. */
  readonly arns: string;
}

/** Asks ECS which images run; an error of that question is none of the service's, and ends the check. */
export async function probeImages(input: CheckServiceInput, { ecs }: Pick<Tools, "ecs">): Promise<EcsProbe> {
  const { runningTasks } = await import("@slipway/ecs-deploy/running-tasks");
  const tasks = await runningTasks(await ecs(), input.cluster, input.service);
  const arns = tasks.map(({ arn }) => arn).toSorted();
  const others = input.digest === "" ? [] : tasks.filter(({ digests }) => !digests.includes(input.digest));
  const counted = `${tasks.length - others.length} of ${tasks.length} tasks`;
  const found = { tasks: counted, arns: arns.join(" ") };
  if (tasks.length > 0 && others.length === 0) return { ...found, fault: undefined, digest: input.digest };
  const digest = others[0]?.digests.join(", ") ?? "";
  const what = tasks.length === 0 ? "none runs" : `${counted}, others ${digest || "without a digest"}`;
  const fault: Fault = {
    reason: "other-image-answers",
    what: `Every running task of ${input.service} must have the image ${input.digest} (${what})`,
  };
  return { ...found, fault, digest };
}

/** Asks ECS all that can be known of a service that nobody can send requests to: its count, its deployment, its images. */
export async function probeEcs(input: CheckServiceInput, tools: Pick<Tools, "ecs">): Promise<EcsProbe> {
  const { describeService, isSteady } = await import("@slipway/ecs-deploy/service");
  const service = await describeService(await tools.ecs(), input.cluster, input.service);
  const { runningCount = 0, desiredCount = 0, pendingCount = 0 } = service;
  const counted = `${runningCount} of ${desiredCount} tasks`;
  if (!isSteady(service)) {
    const state = service.deployments?.find(({ status }) => status === "PRIMARY")?.rolloutState ?? "COMPLETED";
    const what = `${input.service} must be steady (${counted} running, ${pendingCount} pending, deployment ${state})`;
    return { fault: { reason: "service-unhealthy", what }, digest: "", tasks: counted, arns: "" };
  }
  // A service that is to run nothing is well when nothing runs.
  if (desiredCount === 0) return { fault: undefined, digest: "", tasks: counted, arns: "" };
  return probeImages(input, tools);
}

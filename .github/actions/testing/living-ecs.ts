import { arn, serviceArn } from "@slipway/ecs-deploy/testing/fake-ecs";

// biome-ignore lint/suspicious/noExplicitAny: what AWS and its SDK write as JSON
type Json = any;

interface LivingDeployment {
  readonly id: string;
  readonly taskDefinition: string;
  readonly before: string;
  polls: number;
  state: "IN_PROGRESS" | "SUCCESSFUL" | "ROLLBACK_IN_PROGRESS" | "ROLLBACK_SUCCESSFUL";
}

export interface LivingEcs {
  answer(call: string, input: Json): object;
  /** The service as it truly is. */
  readonly truth: { taskDefinition: string; desiredCount: number };
  /** Images of the revisions: the first is the template's. */
  readonly revisions: readonly Json[];
  /** Deployments that UpdateService has started, oldest first. */
  readonly deployments: readonly LivingDeployment[];
  /** Tasks that RunTask has started. */
  readonly migrations: readonly string[];
}

const clusterArn = "arn:aws:ecs:ap-northeast-2:111111111111:task/prod";
const pollsUntilDone = 3;

export interface LivingStart {
  readonly revisions: readonly Json[];
  /** The revision that the service is at. */
  readonly at: number;
  readonly desiredCount: number;
  /** An image that crashes: its deployment is rolled back. */
  readonly crashing: string;
}

/** ECS with one service that goes on by itself: what a call has changed stays changed, whether its caller heard so or not. */
export function livingEcs(start: LivingStart): LivingEcs {
  const revisions: Json[] = start.revisions.map((fields, index) => described(fields, index + 1));
  const truth = { taskDefinition: arn(start.at), desiredCount: start.desiredCount };
  const deployments: LivingDeployment[] = [];
  const migrations: string[] = [];
  const definitionOf = (name: string) => revisions.find(({ taskDefinitionArn }) => taskDefinitionArn === name);
  const crashes = (deployment: LivingDeployment) =>
    definitionOf(deployment.taskDefinition)?.containerDefinitions[0].image === start.crashing;
  const current = () => deployments.at(-1);

  function goOn(): void {
    const deployment = current();
    if (deployment === undefined || ++deployment.polls < pollsUntilDone) return;
    if (!crashes(deployment)) deployment.state = "SUCCESSFUL";
    else if (deployment.before === arn(1)) deployment.state = "ROLLBACK_IN_PROGRESS";
    else {
      deployment.state = "ROLLBACK_SUCCESSFUL";
      truth.taskDefinition = deployment.before;
    }
  }

  function service(): object {
    const deployment = current();
    const isUnderWay = deployment !== undefined && deployment.state === "IN_PROGRESS";
    const { taskDefinition, desiredCount } = truth;
    const counts = { desiredCount, pendingCount: 0, runningCount: isUnderWay ? 0 : desiredCount };
    const isBack = deployment !== undefined && deployment.state === "ROLLBACK_SUCCESSFUL";
    const primary = {
      id: deployment === undefined || isBack ? `ecs-svc/at-${taskDefinition.split(":").at(-1)}` : deployment.id,
      status: "PRIMARY",
      taskDefinition,
      rolloutState: isUnderWay ? "IN_PROGRESS" : "COMPLETED",
      ...counts,
    };
    const names = { serviceArn, serviceName: "web", status: "ACTIVE", launchType: "FARGATE" };
    return { ...names, taskDefinition, ...counts, deployments: [primary] };
  }

  function update(input: Json): object {
    const before = truth.taskDefinition;
    const isNew = input.taskDefinition !== before;
    Object.assign(truth, {
      taskDefinition: input.taskDefinition,
      desiredCount: input.desiredCount ?? truth.desiredCount,
    });
    const id = `ecs-svc/${deployments.length + 1}`;
    if (isNew) deployments.push({ id, taskDefinition: input.taskDefinition, before, polls: 0, state: "IN_PROGRESS" });
    return { service: service() };
  }

  const handlers: Record<string, (input: Json) => object> = {
    DescribeServices: () => {
      goOn();
      return { services: [service()] };
    },
    DescribeTaskDefinition: ({ taskDefinition }) => ({ taskDefinition: definitionOf(taskDefinition), tags: [] }),
    ListTaskDefinitions: () => ({ taskDefinitionArns: revisions.map((each) => each.taskDefinitionArn).reverse() }),
    RegisterTaskDefinition: (fields) => {
      revisions.push(described(fields, revisions.length + 1));
      return { taskDefinition: revisions.at(-1) };
    },
    UpdateService: update,
    TagResource: () => ({}),
    ListServiceDeployments: () => ({
      serviceDeployments: deployments.map(({ id }) => ({ serviceDeploymentArn: id })),
    }),
    DescribeServiceDeployments: ({ serviceDeploymentArns }) => ({
      serviceDeployments: deployments
        .filter(({ id }) => serviceDeploymentArns.includes(id))
        .map(({ id, taskDefinition, state }) => ({
          serviceDeploymentArn: id,
          status: state,
          targetServiceRevision: { arn: taskDefinition },
        })),
    }),
    DescribeServiceRevisions: ({ serviceRevisionArns }) => ({
      serviceRevisions: serviceRevisionArns.map((each: string) => ({ serviceRevisionArn: each, taskDefinition: each })),
    }),
    // By its token a call that comes again starts nothing more.
    RunTask: ({ clientToken }) => {
      if (!migrations.includes(clientToken)) migrations.push(clientToken);
      return { tasks: [{ taskArn: `${clusterArn}/${clientToken}`, lastStatus: "PROVISIONING" }] };
    },
    ListTasks: ({ startedBy }) => ({ taskArns: startedBy === undefined ? [`${clusterArn}/crashed`] : [] }),
    DescribeTasks: ({ tasks }) => ({ tasks: tasks.map((task: string) => stopped(task, current())) }),
  };
  const answer = (call: string, input: Json) => handlers[call]?.(input) ?? { __type: "UnknownOperationException" };
  return { answer, truth, revisions, deployments, migrations };
}

function described(fields: Json, revision: number): Json {
  const { tags: _, ...kept } = fields;
  return { ...kept, family: "web", revision, status: "ACTIVE", taskDefinitionArn: arn(revision) };
}

function stopped(taskArn: string, deployment: LivingDeployment | undefined): object {
  const container = { name: "django_test", exitCode: taskArn.endsWith("/crashed") ? 3 : 0 };
  const why = { stopCode: "EssentialContainerExited", stoppedReason: "Essential container in task exited" };
  return { taskArn, lastStatus: "STOPPED", startedBy: deployment?.id, containers: [container], ...why };
}

import type { Deployment, Service, ServiceDeployment, Task, TaskDefinition } from "@aws-sdk/client-ecs";
import { awsError } from "@slipway/core/testing/aws-error";
import { type FakeClient, fakeClient } from "./fake-client.ts";

export const arn = (revision: number) => `arn:aws:ecs:ap-northeast-2:111111111111:task-definition/web:${revision}`;
export const uri = (letter: string) =>
  `111111111111.dkr.ecr.ap-northeast-2.amazonaws.com/web@sha256:${letter.repeat(64)}`;
export const migrationArn = "arn:aws:ecs:ap-northeast-2:111111111111:task/prod/0123456789abcdef0123456789abcdef";
const otherMigrationArn = "arn:aws:ecs:ap-northeast-2:111111111111:task/prod/other";
export const serviceArn = "arn:aws:ecs:ap-northeast-2:111111111111:service/prod/web";

export interface FakeRevision {
  readonly image: string;
  readonly status?: "ACTIVE" | "INACTIVE";
  readonly tags?: { key: string; value: string }[];
  readonly roles?: Pick<TaskDefinition, "taskRoleArn" | "executionRoleArn">;
}

export interface FakeEcs extends FakeClient {
  /** Tags written, by resource. */
  readonly tags: Map<string, Record<string, string>>;
}

export interface Script {
  /** Revision 1 and on. */
  readonly revisions: readonly FakeRevision[];
  /** The answers of DescribeServices: before the update, then one per poll; the last one repeats. */
  readonly snapshots: readonly Partial<Service>[];
  /** The deployment that UpdateService answers with. */
  readonly started?: Deployment;
  /** Service deployments after the update, one list per poll; "denied" for a role without that permission. */
  readonly records?: readonly (ServiceDeployment & { taskDefinition: string })[][] | "denied";
  /** Service deployments there are before the update. */
  readonly earlier?: readonly (ServiceDeployment & { taskDefinition: string })[];
  readonly stopped?: readonly Task[];
  /** Message of the ConflictException of StopServiceDeployment. */
  readonly stopConflict?: string;
  /** The task that RunTask starts, one snapshot per poll, the last one repeats; a text is the reason why none was started. */
  readonly migration?: readonly Partial<Task>[] | string;
  /** A migration that runs already, one snapshot per poll. */
  readonly otherMigration?: readonly Partial<Task>[];
}

function definitionOf(revision: FakeRevision, number: number): TaskDefinition {
  return {
    taskDefinitionArn: arn(number),
    family: "web",
    revision: number,
    status: revision.status ?? "ACTIVE",
    requiresAttributes: [{ name: "x" }],
    compatibilities: ["FARGATE"],
    registeredAt: new Date(0),
    registeredBy: "someone",
    cpu: "256",
    memory: "512",
    ...revision.roles,
    volumes: [],
    containerDefinitions: [{ name: "django_test", image: revision.image, environment: [], essential: true }],
  };
}

/** ECS as one service sees it, following a script. */
export function fakeEcs(script: Script): FakeEcs {
  const revisions = [...script.revisions];
  const tags = new Map<string, Record<string, string>>();
  const records = () => {
    if (script.records === "denied")
      throw awsError("AccessDeniedException", "not authorized to perform: ecs:ListServiceDeployments");
    const isStarted = fake.names().includes("UpdateService") || !script.started;
    return isStarted ? (script.records ?? []) : [script.earlier ?? []];
  };
  let polls = 0;
  const current = () => {
    const all = records();
    return all[Math.min(polls, all.length - 1)] ?? [];
  };
  const fake = fakeClient({
    DescribeServices: (input, nth) => {
      if (nth > 0) polls++;
      if (input.services[0] !== "web") return { services: [] };
      const snapshot = script.snapshots[Math.min(nth, script.snapshots.length - 1)];
      return { services: [{ status: "ACTIVE", serviceName: "web", serviceArn, ...snapshot }] };
    },
    DescribeTaskDefinition: ({ taskDefinition }) => {
      const number = Number(taskDefinition.split(":").at(-1));
      const revision = revisions[number - 1];
      if (!revision) throw awsError("ClientException", "Unable to describe task definition.");
      const written = Object.entries(tags.get(arn(number)) ?? {}).map(([key, value]) => ({ key, value }));
      return { taskDefinition: definitionOf(revision, number), tags: [...(revision.tags ?? []), ...written] };
    },
    ListTaskDefinitions: () => ({
      taskDefinitionArns: revisions
        .flatMap(({ status }, index) => (status === "INACTIVE" ? [] : arn(index + 1)))
        .reverse(),
    }),
    RegisterTaskDefinition: (input) => {
      revisions.push({ image: input.containerDefinitions[0].image });
      return { taskDefinition: { ...definitionOf(revisions.at(-1) as FakeRevision, revisions.length), ...input } };
    },
    UpdateService: () => ({
      service: { serviceArn, serviceName: "web", deployments: [{ status: "PRIMARY", ...script.started }] },
    }),
    TagResource: ({ resourceArn, tags: written }) => {
      const pairs = written.map(({ key, value }: { key: string; value: string }) => [key, value]);
      tags.set(resourceArn, { ...tags.get(resourceArn), ...Object.fromEntries(pairs) });
      return {};
    },
    ListServiceDeployments: ({ status }) => {
      const wanted = current().filter((record) => !status || status.includes(record.status));
      return { serviceDeployments: wanted.map(({ serviceDeploymentArn }) => ({ serviceDeploymentArn })) };
    },
    DescribeServiceDeployments: ({ serviceDeploymentArns }) => {
      const found = current().filter((record) => serviceDeploymentArns.includes(record.serviceDeploymentArn));
      return {
        serviceDeployments: found.map((record) => ({
          ...record,
          targetServiceRevision: { arn: record.taskDefinition },
        })),
      };
    },
    DescribeServiceRevisions: ({ serviceRevisionArns }) => ({
      serviceRevisions: serviceRevisionArns.map((revision: string) => ({
        serviceRevisionArn: revision,
        taskDefinition: revision,
      })),
    }),
    StopServiceDeployment: ({ serviceDeploymentArn }) => {
      if (script.stopConflict !== undefined) throw awsError("ConflictException", script.stopConflict);
      return { serviceDeploymentArn };
    },
    ...taskHandlers(script),
  });
  return { ...fake, tags };
}

/** Handlers for the stopped tasks of the service and for migrations. */
function taskHandlers(script: Script): Parameters<typeof fakeClient>[0] {
  const counts = new Map<string, number>();
  const nextSnapshot = (taskArn: string, all: readonly Partial<Task>[]): Task => {
    const nth = counts.get(taskArn) ?? 0;
    counts.set(taskArn, nth + 1);
    return { taskArn, ...all[Math.min(nth, all.length - 1)] };
  };
  return {
    RunTask: () =>
      typeof script.migration === "string"
        ? { tasks: [], failures: [{ reason: script.migration }] }
        : { tasks: [{ taskArn: migrationArn, lastStatus: "PROVISIONING" }] },
    StopTask: () => ({}),
    ListTasks: ({ startedBy }) => ({
      taskArns:
        startedBy === undefined
          ? (script.stopped ?? []).map(({ taskArn }) => taskArn)
          : script.otherMigration && [otherMigrationArn],
    }),
    DescribeTasks: ({ tasks: [first] }) => {
      if (first === migrationArn) return { tasks: [nextSnapshot(first, script.migration as Partial<Task>[])] };
      if (first === otherMigrationArn) return { tasks: [nextSnapshot(first, script.otherMigration ?? [])] };
      return { tasks: script.stopped };
    },
  };
}

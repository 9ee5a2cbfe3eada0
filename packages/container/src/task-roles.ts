import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { policy, type RolePlacement, type Statement } from "@slipway/core";
import { shortName } from "@slipway/network";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { Cluster } from "./cluster.ts";
import { type Container, secretReference } from "./container-definition.ts";
import { pullStatements } from "./image-repository.ts";

export interface TaskRolesProps {
  readonly name: string;
  readonly cluster: Cluster;
  readonly container: Container;
  readonly logGroupArn: string;
  /** Lets people open a shell in a task. */
  readonly executeCommand: boolean;
  readonly placement?: RolePlacement;
}

/** Two roles: the task's own, which the app holds, and the execution role, with which ECS starts it. The app never holds the second. */
export class TaskRoles extends Construct {
  readonly taskRole: IamRole;
  readonly executionRole: IamRole;
  readonly executionPolicy: IamRolePolicy;
  readonly executeCommandPolicy: IamRolePolicy | undefined;

  constructor(scope: Construct, id: string, props: TaskRolesProps) {
    super(scope, id);
    const { name, cluster, container, logGroupArn, executeCommand, placement = {} } = props;
    const names = taskRoleNames(name);
    this.taskRole = new IamRole(this, "task", {
      name: names.task,
      ...placement,
      description: `What ${name} may do`,
      assumeRolePolicy: trust(ofThisAccount(cluster.arn)),
    });
    this.executionRole = new IamRole(this, "execution", {
      name: names.execution,
      ...placement,
      description: `Starts ${name}: pulls its image, reads its secrets, writes its log`,
      assumeRolePolicy: trust(),
    });
    this.executionPolicy = new IamRolePolicy(this, "execution-policy", {
      name: "start",
      role: this.executionRole.name,
      policy: policy([
        ...pullStatements(container.image.repositoryArn),
        {
          Sid: "Log",
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: `${logGroupArn}:*`,
        },
        ...secretStatements(container.secrets ?? {}),
      ]),
    });
    if (executeCommand) {
      this.executeCommandPolicy = new IamRolePolicy(this, "execute-command", {
        name: "execute-command",
        role: this.taskRole.name,
        policy: policy([sessionStatement]),
      });
    }
  }
}

/** Session Manager's channels have no resource to name. */
const sessionStatement: Statement = {
  Sid: "Shell",
  Effect: "Allow",
  Action: [
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
  ],
  Resource: "*",
};

function secretStatements(secrets: Readonly<Record<string, string>>): readonly Statement[] {
  const references = Object.entries(secrets).map(([name, arn]) => secretReference(name, arn));
  return (["ssm:GetParameters", "secretsmanager:GetSecretValue"] as const).flatMap((action) => {
    const resources = new Set(references.filter((each) => each.action === action).map(({ resource }) => resource));
    const Sid = action === "ssm:GetParameters" ? "Parameters" : "Secrets";
    return resources.size === 0 ? [] : [{ Sid, Effect: "Allow", Action: [action], Resource: [...resources].sort() }];
  });
}

function trust(condition?: Readonly<Record<string, unknown>>): string {
  const Principal = { Service: "ecs-tasks.amazonaws.com" };
  const statement = { Effect: "Allow", Principal, Action: "sts:AssumeRole" };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [condition === undefined ? statement : { ...statement, Condition: condition }],
  });
}

/** Only ECS working for this account gets the task role ("confused deputy"). */
function ofThisAccount(clusterArn: string): Readonly<Record<string, unknown>> {
  const part = (index: number) => Fn.element(Fn.split(":", clusterArn), index) as string;
  return {
    ArnLike: { "aws:SourceArn": `arn:${part(1)}:ecs:${part(3)}:${part(4)}:*` },
    StringEquals: { "aws:SourceAccount": part(4) },
  };
}

/** What the two roles of a service's tasks are called: who may pass them is said before they are there. */
export function taskRoleNames(service: string): { readonly task: string; readonly execution: string } {
  return { task: shortName(`${service}-task`, 64), execution: shortName(`${service}-execution`, 64) };
}

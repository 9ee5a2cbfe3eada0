import type { LogConfiguration, Task, TaskDefinition } from "@aws-sdk/client-ecs";
import { clientOptions } from "./client-options.ts";
import { failureOf } from "./failure-of.ts";

export interface LogTail {
  readonly lines: readonly string[];
  /** Why there are no lines; empty when there are. */
  readonly missing: string;
}

const lineCount = 20;
const lineLength = 500;

/** The last log lines of one container of one task, from where its task definition sends them. */
export async function logTail(definition: TaskDefinition, task: Task, container: string): Promise<LogTail> {
  const configuration = definition.containerDefinitions?.find(({ name }) => name === container)?.logConfiguration;
  const place = placeOf(configuration, task, container);
  if (typeof place === "string") return { lines: [], missing: place };
  const { CloudWatchLogsClient, GetLogEventsCommand } = await import("@aws-sdk/client-cloudwatch-logs");
  const { region, ...stream } = place;
  const logs = new CloudWatchLogsClient(region ? { ...clientOptions, region } : clientOptions);
  try {
    const answer = await logs.send(new GetLogEventsCommand({ ...stream, limit: lineCount, startFromHead: false }));
    const lines = (answer.events ?? []).map(({ message }) => (message ?? "").trimEnd().slice(0, lineLength));
    return { lines, missing: lines.length > 0 ? "" : `no lines in ${stream.logGroupName}, ${stream.logStreamName}` };
  } catch (error) {
    // The lines help; that they cannot be read must not hide why the deployment failed.
    return { lines: [], missing: `log lines could not be read: ${failureOf(error).what}` };
  } finally {
    logs.destroy();
  }
}

interface Place {
  logGroupName: string;
  logStreamName: string;
  region: string;
}

function placeOf(configuration: LogConfiguration | undefined, task: Task, container: string): Place | string {
  if (configuration?.logDriver !== "awslogs") return `container ${container} does not log to CloudWatch Logs`;
  const options = configuration.options ?? {};
  const prefix = options["awslogs-stream-prefix"];
  const logGroupName = options["awslogs-group"];
  if (!prefix || !logGroupName) return `the log configuration of ${container} names no group or no stream prefix`;
  const taskId = (task.taskArn ?? "").split("/").at(-1);
  return { logGroupName, logStreamName: `${prefix}/${container}/${taskId}`, region: options["awslogs-region"] ?? "" };
}

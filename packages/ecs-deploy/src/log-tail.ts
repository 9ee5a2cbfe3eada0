import type { LogConfiguration, Task, TaskDefinition } from "@aws-sdk/client-ecs";
import { clientOptions, pause, safeText, toFailure } from "@slipway/core";

export interface LogTail {
  readonly lines: readonly string[];
  /** Why there are no lines; empty when there are. */
  readonly missing: string;
}

export interface LogSource {
  readonly task: Task;
  readonly container: string;
}

const lineCount = 20;
const lineLength = 500;

/** The last lines of a container arrive some moments after it has stopped. */
const attempts = 4;
const waitMilliseconds = 700;

/** The last log lines of one container of one task, from where its task definition sends them. */
export async function logTail(
  definition: TaskDefinition,
  { task, container }: LogSource,
  signal: AbortSignal,
): Promise<LogTail> {
  const configuration = definition.containerDefinitions?.find(({ name }) => name === container)?.logConfiguration;
  const location = logLocation(configuration, task, container);
  if (typeof location === "string") return { lines: [], missing: location };
  const { CloudWatchLogsClient, GetLogEventsCommand } = await import("@aws-sdk/client-cloudwatch-logs");
  const { region, ...stream } = location;
  const logs = new CloudWatchLogsClient(region ? { ...clientOptions, region } : clientOptions);
  const read = async () => {
    const call = logs.send(new GetLogEventsCommand({ ...stream, limit: lineCount, startFromHead: false }));
    // The stream comes with its first line.
    const answer = await call.catch((error: Error) => {
      if (error.name === "ResourceNotFoundException") return { events: [] };
      throw error;
    });
    // Whole, before it is cut: half a secret would not be known as one.
    return (answer.events ?? []).map(({ message }) => safeText((message ?? "").trimEnd()).slice(0, lineLength));
  };
  try {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const lines = await read();
      if (lines.length > 0) return { lines, missing: "" };
      await pause(waitMilliseconds, signal);
    }
    return { lines: [], missing: `no lines in ${stream.logGroupName}, ${stream.logStreamName}` };
  } catch (error) {
    // A log that cannot be read must not hide why the deployment failed.
    return { lines: [], missing: `log lines could not be read: ${toFailure(error).what}` };
  } finally {
    logs.destroy();
  }
}

interface LogLocation {
  logGroupName: string;
  logStreamName: string;
  region: string;
}

function logLocation(configuration: LogConfiguration | undefined, task: Task, container: string): LogLocation | string {
  if (configuration?.logDriver !== "awslogs") return `container ${container} does not log to CloudWatch Logs`;
  const options = configuration.options ?? {};
  const prefix = options["awslogs-stream-prefix"];
  const logGroupName = options["awslogs-group"];
  if (!prefix || !logGroupName) return `the log configuration of ${container} names no group or no stream prefix`;
  const taskId = (task.taskArn ?? "").split("/").at(-1);
  return { logGroupName, logStreamName: `${prefix}/${container}/${taskId}`, region: options["awslogs-region"] ?? "" };
}

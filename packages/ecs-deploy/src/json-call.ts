import type {
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  Tag,
  TaskDefinition,
} from "@aws-sdk/client-ecs";

/** A task definition as AWS writes it: with fields that the SDK does not know, and times as numbers. */
export type TaskDefinitionJson = Omit<TaskDefinition, "registeredAt" | "deregisteredAt" | "deleteRequestedAt">;

export interface JsonAnswer {
  readonly taskDefinition?: TaskDefinitionJson;
  readonly tags?: readonly Tag[];
}

/** The parts of an HTTP message that are looked at here. */
interface Message {
  body: unknown;
}

/** Sends a command's input as it is and gives the answer as AWS wrote it, because the SDK drops fields that are newer than itself both ways. */
export async function sendAsJson(
  ecs: ECSClient,
  call: DescribeTaskDefinitionCommand | RegisterTaskDefinitionCommand,
): Promise<JsonAnswer> {
  // Both have the same stack; TypeScript finds no signature that fits either.
  const command = call as RegisterTaskDefinitionCommand;
  let json = "";
  // After the SDK has serialized the input, and before it counts and signs the body.
  command.middlewareStack.add(
    (next) => (args) => {
      (args.request as Message).body = JSON.stringify(args.input);
      return next(args);
    },
    { step: "serialize", priority: "low", name: "inputAsItIs" },
  );
  // Nearest to the wire: the SDK's own deserializer reads what is put in the body's place.
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as Message;
      const bytes = await collect(response.body as AsyncIterable<Uint8Array>);
      json = bytes.toString("utf8");
      response.body = new Uint8Array(bytes);
      return result;
    },
    { step: "deserialize", priority: "low", name: "answerAsItIs" },
  );
  await ecs.send(command);
  return JSON.parse(json);
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export interface Call {
  /** `DescribeServices` */
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: inputs of every command pass through here
  readonly input: any;
}

type Handler = (input: Call["input"], nth: number) => unknown;

export interface FakeClient {
  // biome-ignore lint/suspicious/noExplicitAny: stands in for the client of any service
  readonly client: any;
  readonly calls: Call[];
  names(): string[];
}

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: Call["input"];
  readonly middlewareStack: {
    resolve(handler: (args: Sent) => Promise<unknown>, context: object): (args: Sent) => Promise<{ output: unknown }>;
  };
}

interface Sent {
  readonly input: Call["input"];
  readonly request: { readonly body?: string };
}

/** A client that answers each command from a function, and remembers what was sent. What a command does to its own request and answer is done. */
export function fakeClient(handlers: Readonly<Record<string, Handler>>): FakeClient {
  const calls: Call[] = [];
  const send = async (command: Command) => {
    const name = command.constructor.name.replace(/Command$/, "");
    const wire = async ({ input, request: { body } }: Sent) => {
      const nth = calls.filter((call) => call.name === name).length;
      const sent = body === undefined ? input : JSON.parse(body);
      calls.push({ name, input: sent });
      const handler = handlers[name];
      if (!handler) throw new Error(`Unexpected call ${name}(${JSON.stringify(sent)})`);
      const output = await handler(sent, nth);
      return { output, response: { statusCode: 200, body: [Buffer.from(JSON.stringify(output ?? {}))] } };
    };
    return (await command.middlewareStack.resolve(wire, {})({ input: command.input, request: {} })).output;
  };
  return { client: { send }, calls, names: () => calls.map(({ name }) => name) };
}

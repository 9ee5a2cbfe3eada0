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

/** A client that answers each command from a function, and remembers what was sent. */
export function fakeClient(handlers: Readonly<Record<string, Handler>>): FakeClient {
  const calls: Call[] = [];
  const send = async (command: { constructor: { name: string }; input: Call["input"] }) => {
    const name = command.constructor.name.replace(/Command$/, "");
    const nth = calls.filter((call) => call.name === name).length;
    calls.push({ name, input: command.input });
    const handler = handlers[name];
    if (!handler) throw new Error(`Unexpected call ${name}(${JSON.stringify(command.input)})`);
    return handler(command.input, nth);
  };
  return { client: { send }, calls, names: () => calls.map(({ name }) => name) };
}

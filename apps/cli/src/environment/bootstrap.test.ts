import { Readable } from "node:stream";
import { Failure } from "@slipway/core";
import { bootstrapCommand } from "./bootstrap.ts";
import type { CommandContext } from "./open-environment.ts";

const bootstrap = async (...args: string[]) => {
  const asked: string[] = [];
  const context: CommandContext = {
    root: "/",
    home: "/",
    variables: async (key) => {
      asked.push(key);
      return {};
    },
    print: () => undefined,
    stdin: Readable.from([]),
    ask: undefined,
  };
  const command = bootstrapCommand(context).exitOverride();
  const error = await command.parseAsync(args, { from: "user" }).catch((reason: Error) => reason);
  return { error: error as Error, asked };
};

test("an environment whose states are files is refused before AWS gets any request", async () => {
  const { error, asked } = await bootstrap("local");
  expect(error).toEqual(
    new Failure(
      "environment (local) must have a stateBucket to be bootstrapped",
      "its states are files, for which there is nothing to do",
    ),
  );
  expect(asked).toEqual([]);
});

test("an unknown environment is refused with the known ones", async () => {
  const { error } = await bootstrap("prod");
  expect(error.message).toMatch(/environment \(prod\) must be one of local, staging, production/);
});

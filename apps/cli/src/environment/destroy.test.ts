import { Readable } from "node:stream";
import { Failure } from "@slipway/core";
import { environment } from "@slipway/infra";
import type { CliContext } from "./cli-context.ts";
import { destroyCommand } from "./destroy.ts";

const { name } = environment("staging");

const destroy = async (...args: string[]) => {
  const asked: string[] = [];
  const context: CliContext = {
    root: "/",
    home: "/",
    variables: async (key) => {
      asked.push(key);
      throw new Error("AWS was asked for");
    },
    print: () => undefined,
    stdin: Readable.from([]),
    ask: undefined,
  };
  const command = destroyCommand(context).exitOverride();
  const error = await command.parseAsync(args, { from: "user" }).catch((reason: Error) => reason);
  return { error: error as Error, message: (error as Error).message, asked };
};

test("a protected environment is refused before AWS is asked anything", async () => {
  const { message, asked } = await destroy("production", "--yes", environment("production").name);
  expect(message).toBe(
    'protection (full) of production must be "none" before it can be destroyed; ' +
      "change it in apps/infra/src/environments.ts, apply that, and run destroy again.",
  );
  expect(asked).toEqual([]);
});

test("an unknown environment is refused with the known ones", async () => {
  const { error } = await destroy("prod");
  expect(error).toBeInstanceOf(Failure);
  expect(error.message).toMatch(/environment \(prod\) must be one of local, staging, production/);
});

test("where nobody can be asked, --yes is asked for before anything else", async () => {
  const { message, asked } = await destroy("staging");
  expect(message).toBe(`destroy of staging must be confirmed; nobody can be asked here, so add --yes ${name}.`);
  expect(asked).toEqual([]);
});

test("another name after --yes is refused before anything else", async () => {
  const { message, asked } = await destroy("staging", "--yes", "staging");
  expect(message).toBe(`--yes (staging) must be ${name}; nothing was changed.`);
  expect(asked).toEqual([]);
});

import { Readable } from "node:stream";
import { environment } from "@slipway/infra";
import { unattendedContext } from "../command-context.ts";
import { missingSecrets, secretCommand } from "./secret.ts";
import { parametersOf, type SecretStore, secretNames } from "./secret-store.ts";

const parameter = `/${environment("local").name}/web/SECRET_KEY`;

/** Runs `secret …` against a store in memory; `account` is what the check finds. */
async function secret(args: string[], { input = "", set = new Map<string, Date>(), refused = false } = {}) {
  const written: [string, string][] = [];
  const printed: string[] = [];
  const store: SecretStore = {
    lastModified: async (names) => new Map([...set].filter(([name]) => names.includes(name))),
    put: async (name, value) => {
      written.push([name, value]);
      return 3;
    },
    remove: async () => undefined,
  };
  const context = unattendedContext({
    root: "/",
    folder: "/",
    print: (line) => void printed.push(line),
    stdin: Readable.from([Buffer.from(input)]),
  });
  const check = async () => {
    if (refused) throw new Error("account (1) must be 2");
  };
  const command = secretCommand(context, { check, open: () => store });
  command.exitOverride();
  await command.parseAsync(args, { from: "user" });
  return { written, printed };
}

test("a value is read from standard input; only its final newline is not part of it", async () => {
  const { written, printed } = await secret(["set", "local", "web", "SECRET_KEY"], { input: " a b \n\n" });
  expect(written).toEqual([[parameter, " a b \n"]]);
  expect(printed.join()).toContain(`SECRET_KEY of web in local is set (${parameter}, version 3)`);
  expect(printed.join()).not.toContain("a b");
});

test("--generate makes up 50 characters and never shows them", async () => {
  const { written, printed } = await secret(["set", "local", "web", "SECRET_KEY", "--generate"]);
  const value = written[0]?.[1] ?? "";
  expect(value).toMatch(/^[\w-]{50}$/);
  expect(printed.join()).not.toContain(value);
  expect((await secret(["set", "local", "web", "SECRET_KEY", "--generate"])).written[0]?.[1]).not.toBe(value);
});

test("an empty or too long value is refused", async () => {
  await expect(secret(["set", "local", "web", "SECRET_KEY"], { input: "\n" })).rejects.toThrow(
    "value of SECRET_KEY (empty) must have at least one character; pipe it in or use --generate.",
  );
  await expect(secret(["set", "local", "web", "SECRET_KEY"], { input: "é".repeat(2049) })).rejects.toThrow(
    "value of SECRET_KEY (4098 bytes) must have at most 4096",
  );
});

test("an unknown environment, service or name is an error that lists the known ones", async () => {
  await expect(secret(["set", "locl", "web", "SECRET_KEY"])).rejects.toThrow(
    /environment \(locl\) must be one of local, staging/,
  );
  await expect(secret(["set", "local", "wbe", "SECRET_KEY"])).rejects.toThrow(
    "service (wbe) must be one of local: web.",
  );
  await expect(secret(["set", "local", "web", "KEY"])).rejects.toThrow(
    "NAME (KEY) must be a secret of web in local (SECRET_KEY); add it to `secrets` in environments.ts first.",
  );
});

test("nothing is written with the credentials of another account", async () => {
  await expect(secret(["set", "local", "web", "SECRET_KEY", "--generate"], { refused: true })).rejects.toThrow(
    "account (1)",
  );
});

test("the list says what is set and since when, and what is missing", async () => {
  expect((await secret(["list", "local"])).printed).toEqual([`web  SECRET_KEY  ${parameter}  missing`]);
  const set = new Map([[parameter, new Date("2026-01-02T03:04:05Z")]]);
  expect((await secret(["list", "local", "web"], { set })).printed).toEqual([
    `web  SECRET_KEY  ${parameter}  set 2026-01-02T03:04:05.000Z`,
  ]);
});

const owner = {
  key: "local",
  region: "ap-northeast-2",
  services: {
    web: { secrets: { A: "/p/a", B: "/p/b", C: "arn:aws:secretsmanager:x:1:secret:c" } },
    worker: { secrets: { A: "/p/a" } },
  },
};

test("missing secrets are those of all services without a value; Secrets Manager is its owner's business", async () => {
  const store = { lastModified: async () => new Map([["/p/b", undefined]]) } as unknown as SecretStore;
  await expect(missingSecrets(owner, {}, store)).resolves.toEqual([
    { service: "web", name: "A", parameter: "/p/a" },
    { service: "worker", name: "A", parameter: "/p/a" },
  ]);
});

test("a parameter that two services share is asked for once, and Secrets Manager's not at all", () => {
  expect(parametersOf(secretNames(owner))).toEqual(["/p/a", "/p/b"]);
});

test("a service without secrets says so when one is asked for", () => {
  const bare = { key: "local", services: { web: { secrets: {} } } };
  expect(secretNames(bare)).toEqual([]);
  expect(() => secretNames(bare, "web", "A")).toThrow("NAME (A) must be a secret of web in local (none)");
});

import { Failure } from "@slipway/core";
import { environment } from "@slipway/infra";
import { readSlipwayHome } from "@slipway/local-aws";
import { unattendedContext } from "../command-context.ts";
import { bootstrapCommand, repositoryNotes } from "./bootstrap.ts";

const bootstrap = async (...args: string[]) => {
  const asked: string[] = [];
  const context = unattendedContext({
    root: "/",
    folder: "/",
    variables: async (key) => {
      asked.push(key);
      return {};
    },
  });
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

test("a repository on another GitHub is refused before AWS gets any request", async () => {
  const asked: string[] = [];
  const home = readSlipwayHome("/", { SLIPWAY_HOME: "/", GITHUB_SERVER_URL: "https://acme.ghe.com" });
  const variables = async (key: string) => {
    asked.push(key);
    return {};
  };
  const context = { ...unattendedContext({ root: "/", folder: "/", variables }), home };
  const started = bootstrapCommand(context).exitOverride().parseAsync(["staging"], { from: "user" });
  await expect(started).rejects.toEqual(
    new Failure(
      "GITHUB_SERVER_URL (acme.ghe.com) must be on github.com: the roles trust tokens that github.com signs, and GitHub Enterprise Server and *.ghe.com sign theirs elsewhere",
      "push the project to a repository on github.com, where its workflows run",
    ),
  );
  expect(asked).toEqual([]);
});

test("an unknown environment is refused with the known ones", async () => {
  const { error } = await bootstrap("prod");
  expect(error.message).toMatch(/environment \(prod\) must be one of local, staging, production/);
});

test("what the policy of a repository that is there must allow is said, and nothing where it need not", () => {
  const production = environment("production");
  const { account, pullAccounts } = production;
  const [staging] = pullAccounts.filter((each) => each !== account);
  const notes = (repository: typeof production.repository) =>
    repositoryNotes({ ...production, imageRepository: { name: "shop" }, repository });
  expect(repositoryNotes(production)).toEqual([]);
  expect(notes({ ...production.repository, name: "shop" })).toEqual([
    `The policy of repository shop (account ${account}) must let ${staging} pull, which production cannot see; docs/image-repository.md has it.`,
  ]);
  expect(notes({ account: "333333333333", region: "eu-west-1", name: "shop" })).toEqual([
    `The policy of repository shop (account 333333333333) must let ${account} and ${staging} pull and let ${account} push, which production cannot see; docs/image-repository.md has it.`,
  ]);
  const alone = { ...production, pullAccounts: [account], imageRepository: { name: "shop" } };
  expect(repositoryNotes({ ...alone, repository: { ...production.repository, name: "shop" } })).toEqual([]);
});

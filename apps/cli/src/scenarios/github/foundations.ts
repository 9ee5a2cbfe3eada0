import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { environment } from "@slipway/infra";
import { bootstrapCommand } from "../../environment/bootstrap.ts";
import { secretCommand } from "../../environment/secret.ts";
import { synthesize } from "../../environment/synthesize.ts";
import type { Step } from "../../terminal/reporter.ts";
import { type GithubStory, type StoryEnvironment, storyEnvironments } from "./context.ts";

/** Stacks that bootstrap applies. */
const bootstrapped = new Set(["state", "access"]);

/** What somebody with rights of their own does once per account, before any workflow can: `bootstrap`, and the values of the secrets. */
export async function foundations(story: GithubStory): Promise<void> {
  await story.reporter.together(
    "Bootstrap and secrets",
    storyEnvironments.map((key) => ({
      title: key,
      work: async (step) => {
        const { repository, folder, incarnation, plain } = story;
        const stacks = await synthesize({ root: repository.folder, environment: key, variables: plain });
        const hashes = stacks.filter(({ name }) => bootstrapped.has(name)).map(({ sha256 }) => sha256);
        const stamp = [incarnation, ...hashes].join("\n");
        const done = join(folder, `bootstrapped-${key}`);
        if (existsSync(done) && readFileSync(done, "utf8") === stamp) {
          step.result("done by an earlier story");
          return;
        }
        const told = await command(story, step, key, (context) => bootstrapCommand(context), [key]);
        for (const [service, { secrets = {} }] of Object.entries(environment(key).services)) {
          for (const name of Object.keys(secrets)) {
            await command(story, step, key, (context) => secretCommand(context), [
              "set",
              key,
              service,
              name,
              "--generate",
            ]);
          }
        }
        writeFileSync(done, stamp);
        step.result(told.at(-1) ?? "");
      },
    })),
  );
}

type Context = Parameters<typeof bootstrapCommand>[0];

async function command(
  { repository, folder, people }: GithubStory,
  step: Step,
  key: StoryEnvironment,
  make: (context: Context) => ReturnType<typeof bootstrapCommand>,
  args: readonly string[],
): Promise<readonly string[]> {
  const told: string[] = [];
  const context: Context = {
    root: repository.folder,
    home: folder,
    variables: async () => people[key],
    print: (line) => {
      told.push(line);
      step.say(line);
    },
    stdin: Readable.from([]),
    ask: undefined,
  };
  await make(context)
    .exitOverride()
    .parseAsync([...args], { from: "user" });
  return told;
}

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { bootstrapCommand } from "../environment/bootstrap.ts";
import { synthesize } from "../environment/synthesize.ts";
import { storyEnvironment } from "./jobs.ts";
import type { Story } from "./scenario.ts";

/** Stacks that bootstrap applies. */
const stacks = new Set(["state", "access"]);

/** What `npm run bootstrap -- staging` does with credentials of the account; left out when it was done for these stacks. */
export async function bootstrap({ reporter, repository, folder, aws, plain }: Story): Promise<void> {
  await reporter.step("Bootstrap", async (step) => {
    const found = await synthesize({ root: repository.folder, environment: storyEnvironment, variables: plain });
    const hashes = found.filter(({ name }) => stacks.has(name)).map(({ sha256 }) => sha256);
    const done = join(folder, "bootstrapped");
    if (existsSync(done) && readFileSync(done, "utf8") === hashes.join("\n")) {
      step.result("done by an earlier story");
      return;
    }
    const told: string[] = [];
    const command = bootstrapCommand({
      root: repository.folder,
      home: folder,
      variables: async () => aws,
      print: (line) => {
        told.push(line);
        step.say(line);
      },
      stdin: Readable.from([]),
      ask: undefined,
    });
    await command.exitOverride().parseAsync([storyEnvironment], { from: "user" });
    writeFileSync(done, hashes.join("\n"));
    step.result(told.at(-1) ?? "");
  });
}

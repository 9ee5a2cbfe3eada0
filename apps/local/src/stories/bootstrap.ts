import { Readable } from "node:stream";
import { bootstrapCommand } from "@slipway/infra/cli";
import { storyEnvironment } from "./jobs.ts";
import type { Story } from "./story.ts";

/** What `npm run bootstrap -- staging` does with credentials of the account. */
export async function bootstrap({ reporter, repository, folder, aws }: Story): Promise<void> {
  await reporter.step("Bootstrap", async (step) => {
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
    step.result(told.at(-1) ?? "");
  });
}

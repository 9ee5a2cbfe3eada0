import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { processesIn, stopProcess } from "@slipway/local-aws";
import { unlockCommand } from "../environment/unlock.ts";
import { stacksDir, storyEnvironment } from "./jobs.ts";
import type { Story } from "./scenario.ts";

/**
 * After a story that did not end: stops its Terraforms, clears their locks and takes over what they made without writing it down.
 * Returns what says that this one has ended.
 */
export async function clearLeftovers(story: Story): Promise<() => void> {
  const { reporter, repository, folder } = story;
  const unfinished = join(folder, "unfinished");
  rmSync(join(folder, "runs"), { recursive: true, force: true });
  if (existsSync(unfinished)) {
    await reporter.step("What a stopped story left", async (step) => {
      const processes = processesIn(folder);
      for (const process of processes) await stopProcess(process, 20);
      const stacks = join(repository.folder, stacksDir, "stacks");
      const names = existsSync(stacks) ? readdirSync(stacks) : [];
      for (const name of names) await unlock(story, name, step.say);
      step.result(`${processes.length} processes stopped, ${names.length} stacks looked at`);
    });
  }
  writeFileSync(unfinished, "");
  return () => rmSync(unfinished);
}

/** Only this story works on these states, and it has only begun: whoever holds a lock is gone. */
async function unlock({ repository, folder, aws }: Story, stack: string, say: (line: string) => void): Promise<void> {
  let id = "";
  const command = unlockCommand({
    root: repository.folder,
    home: folder,
    variables: async () => aws,
    print: (text) => {
      id = /lock id +(\S+)/.exec(text)?.[1] ?? id;
      if (!text.includes("not locked")) say(text);
    },
    stdin: Readable.from([]),
    ask: async () => id,
  });
  await command.exitOverride().parseAsync([storyEnvironment, stack], { from: "user" });
}

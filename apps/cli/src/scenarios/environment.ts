import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { processesIn, stopProcess } from "@slipway/local-aws";
import { unattendedContext } from "../command-context.ts";
import { bootstrapCommand } from "../environment/bootstrap.ts";
import { synthesize } from "../environment/synthesize.ts";
import { unlockCommand } from "../environment/unlock.ts";
import { scenarioEnvironment, stacksDir } from "./jobs.ts";
import type { Scenario } from "./scenario.ts";

/** Stacks that bootstrap applies. */
const stacks = new Set(["state", "access"]);

/** Runs `bootstrap staging` with credentials of the account, unless it was done for these stacks. */
export async function bootstrap({ reporter, repository, folder, aws, plain }: Scenario): Promise<void> {
  await reporter.step("Bootstrap", async (step) => {
    const found = await synthesize({ root: repository.folder, environment: scenarioEnvironment, variables: plain });
    const hashes = found.filter(({ name }) => stacks.has(name)).map(({ sha256 }) => sha256);
    const done = join(folder, "bootstrapped");
    if (existsSync(done) && readFileSync(done, "utf8") === hashes.join("\n")) {
      step.result("done by an earlier scenario");
      return;
    }
    const printed: string[] = [];
    const print = (line: string) => {
      printed.push(line);
      step.print(line);
    };
    const command = bootstrapCommand(
      unattendedContext({ root: repository.folder, folder, variables: async () => aws, print }),
    );
    await command.exitOverride().parseAsync([scenarioEnvironment], { from: "user" });
    writeFileSync(done, hashes.join("\n"));
    step.result(printed.at(-1) ?? "");
  });
}

/**
 * After an interrupted scenario: stops its Terraform processes, clears their locks and imports resources missing in the states.
 * Returns a function that marks this scenario as finished.
 */
export async function clearLeftovers(scenario: Scenario): Promise<() => void> {
  const { reporter, repository, folder } = scenario;
  const unfinished = join(folder, "unfinished");
  rmSync(join(folder, "runs"), { recursive: true, force: true });
  if (existsSync(unfinished)) {
    await reporter.step("What a stopped scenario left", async (step) => {
      const processes = processesIn(folder);
      for (const process of processes) await stopProcess(process, 20);
      const stacks = join(repository.folder, stacksDir, "stacks");
      const names = existsSync(stacks) ? readdirSync(stacks) : [];
      for (const name of names) await unlockStack(scenario, name, step.print);
      step.result(`${processes.length} processes stopped, ${names.length} stacks looked at`);
    });
  }
  writeFileSync(unfinished, "");
  return () => rmSync(unfinished);
}

/** Only this scenario uses these states and it has just begun, so every lock is stale. */
async function unlockStack(
  { repository, folder, aws }: Scenario,
  stack: string,
  print: (line: string) => void,
): Promise<void> {
  let id = "";
  const context = unattendedContext({
    root: repository.folder,
    folder,
    variables: async () => aws,
    print: (text) => {
      id = /lock id +(\S+)/.exec(text)?.[1] ?? id;
      if (!text.includes("not locked")) print(text);
    },
    ask: async () => id,
  });
  const command = unlockCommand(context);
  await command.exitOverride().parseAsync([scenarioEnvironment, stack], { from: "user" });
}

/** Two CIDR ranges of a subnet's size in the unused half of the network. */
export function freeRanges(cidrBlock: string): readonly [string, string] {
  const [address = "", prefix = "16"] = cidrBlock.split("/");
  const base = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const half = base + 2 ** (32 - Number(prefix) - 1);
  const size = Number(prefix) + 5;
  const range = (start: number) =>
    `${[24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256).join(".")}/${size}`;
  return [range(half), range(half + 2 ** (32 - size))];
}

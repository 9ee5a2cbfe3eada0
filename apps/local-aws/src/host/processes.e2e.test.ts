import { spawn } from "node:child_process";
import { identify, type ProcessIdentity, stopProcess } from "./processes.ts";

/** A process that does `script` and then says that it is ready. */
async function start(script: string): Promise<ProcessIdentity> {
  const child = spawn(process.execPath, ["-e", `${script}; setInterval(() => {}, 1000); console.log("ready")`]);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return identify(child.pid as number) as ProcessIdentity;
}

test("a process that listens to SIGTERM is stopped", async () => {
  expect(await stopProcess(await start(""), 5)).toBe("stopped");
});

test("a process that does not listen is killed when patience ends", async () => {
  expect(await stopProcess(await start("process.on('SIGTERM', () => {})"), 0.2)).toBe("killed");
});

test("a process that is gone is left alone", async () => {
  const identity = await start("");
  await stopProcess(identity, 5);
  expect(await stopProcess(identity, 5)).toBe("was gone");
});

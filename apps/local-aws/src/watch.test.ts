import { spawn } from "node:child_process";
import { readSlipwayHome } from "./home.ts";
import { identify, type ProcessIdentity } from "./host/processes.ts";
import type { LocalAws } from "./local-aws.ts";
import { watchLocalAws } from "./watch.ts";

const home = readSlipwayHome("/repo", {});
const rest: Omit<LocalAws, "process"> = { endpoint: "", port: 0, instanceId: "", boot: 0, version: "" };

async function start() {
  const child = spawn(process.execPath, ["-e", 'setInterval(() => {}, 1000); console.log("ready")']);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return { child, aws: { ...rest, process: identify(child.pid as number) as ProcessIdentity } };
}

test("a local AWS that ends aborts the run with its process, its log and what to do", async () => {
  const { child, aws } = await start();
  const { signal, stop } = watchLocalAws(home, aws, new AbortController().signal);
  child.kill("SIGKILL");
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  stop();
  expect(signal.reason).toMatchObject({
    message: `the local AWS (process ${child.pid}) must keep running, but it ended; run \`npm start\` again: it starts it and goes on from its saved memory.`,
    logPath: "/repo/.slipway/aws/aws.log",
  });
});

test("Ctrl-C aborts it too, and is reported as what it is", async () => {
  const { child, aws } = await start();
  const outer = new AbortController();
  const { signal, stop } = watchLocalAws(home, aws, outer.signal);
  const interruption = new Error("stopped by SIGINT");
  outer.abort(interruption);
  stop();
  child.kill();
  expect(signal.reason).toBe(interruption);
});

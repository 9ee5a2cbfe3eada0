import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { awaitRunning } from "./process.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "running-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function running(command: string, started = "100"): void {
  const note = { pid: 7, started, command, stack: "network", logPath: "/log" };
  writeFileSync(join(folder, `network.${command}.json`), JSON.stringify(note));
}

/** A table in which process 7 shows the given starts, one at each look. */
function awaitWith(starts: (string | undefined)[], members: number[] = []) {
  const killed: number[] = [];
  const notices: string[] = [];
  const last = starts.at(-1);
  const processes = { startOf: () => (starts.length > 0 ? starts.shift() : last), groupMembers: () => members };
  const done = awaitRunning({
    runningFolder: folder,
    notice: (_, text) => notices.push(text),
    processes,
    kill: (pid) => killed.push(pid),
    pollMilliseconds: 1,
  });
  return { done, killed, notices };
}

test("an apply that still works is waited for, with a notice", async () => {
  running("apply");
  const { done, notices, killed } = awaitWith(["100", "100", "100", undefined]);
  await done;
  expect(notices).toEqual(["waiting for the apply of network that an earlier run left working (log: /log)"]);
  expect(killed).toEqual([]);
  expect(existsSync(join(folder, "network.apply.json"))).toBe(false);
});

test("what a killed Terraform left of its group is ended", async () => {
  running("apply");
  const { done, notices, killed } = awaitWith([undefined], [8, 9]);
  await done;
  expect({ notices, killed }).toEqual({ notices: [], killed: [8, 9] });
});

test("a plan only reads, so it is ended instead", async () => {
  running("plan");
  const { done, notices, killed } = awaitWith(["100"], [7, 8]);
  await done;
  expect({ notices, killed }).toEqual({ notices: [], killed: [7, 8] });
});

test("another process that got the same number is left alone", async () => {
  running("apply");
  const { done, notices, killed } = awaitWith(["555"], [7]);
  await done;
  expect({ notices, killed }).toEqual({ notices: [], killed: [] });
});

test("half a note, and no folder at all, are no reason to fail", async () => {
  writeFileSync(join(folder, "x.json"), '{"pid": 7');
  await awaitWith([undefined]).done;
  await awaitRunning({ runningFolder: join(folder, "none"), notice: () => undefined });
  expect(existsSync(join(folder, "x.json"))).toBe(false);
});

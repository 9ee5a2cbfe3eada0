import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { takeLock } from "./lock.ts";
import { identify } from "./processes.ts";

const newFolder = () => mkdtempSync(join(tmpdir(), "lock-"));

test("a second command is refused with the first one's name and process, and how to stop it", () => {
  const folder = newFolder();
  takeLock(folder, "start");
  expect(() => takeLock(folder, "down")).toThrow(
    `\`npm start\` (process ${process.pid}) must end first, it works on ${folder}; wait for it, or stop it with \`kill ${process.pid}\`.`,
  );
});

test("a released lock can be taken again", () => {
  const folder = newFolder();
  takeLock(folder, "start")();
  expect(() => takeLock(folder, "down")).not.toThrow();
});

test("the lock of a killed process is taken over", async () => {
  const folder = newFolder();
  const child = spawn("sleep", ["60"]);
  const holder = identify(child.pid as number);
  writeFileSync(join(folder, "lock"), JSON.stringify({ ...holder, command: "start" }));
  expect(() => takeLock(folder, "start")).toThrow("must end first");
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(() => takeLock(folder, "start")).not.toThrow();
});

test("a process that only has the number of the one that held the lock does not keep it", () => {
  const folder = newFolder();
  writeFileSync(join(folder, "lock"), JSON.stringify({ pid: process.pid, startTime: "1", command: "start" }));
  expect(() => takeLock(folder, "start")).not.toThrow();
});

test.each(["", '{"pid": 12'])("a lock file cut off while it was written (%j) is taken over", (text) => {
  const folder = newFolder();
  writeFileSync(join(folder, "lock"), text);
  expect(() => takeLock(folder, "start")).not.toThrow();
});

test("a release does not remove another command's lock", () => {
  const folder = newFolder();
  const release = takeLock(folder, "start");
  writeFileSync(join(folder, "lock"), JSON.stringify({ pid: 1, startTime: "1", command: "down" }));
  release();
  expect(existsSync(join(folder, "lock"))).toBe(true);
  expect(readFileSync(join(folder, "lock"), "utf8")).toContain("down");
});

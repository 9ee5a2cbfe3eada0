import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processesIn } from "./processes-in.ts";

test("a process below the folder is found, one in a folder whose name only begins alike is not", async () => {
  const base = mkdtempSync(join(tmpdir(), "processes-"));
  for (const name of ["home/deep", "home-2"]) mkdirSync(join(base, name), { recursive: true });
  const script = 'setInterval(() => {}, 1000); console.log("ready")';
  const children = ["home/deep", "home-2"].map((name) =>
    spawn(process.execPath, ["-e", script], { cwd: join(base, name) }),
  );
  await Promise.all(children.map((child) => new Promise((resolve) => child.stdout.once("data", resolve))));
  expect(processesIn(join(base, "home")).map(({ pid }) => pid)).toEqual([children[0]?.pid]);
  for (const child of children) child.kill();
});

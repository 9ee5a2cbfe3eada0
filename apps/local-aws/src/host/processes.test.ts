import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isPortFree, portOwner, processesIn } from "./processes.ts";

test("a port that is listened on is not free and has its owner's name and process id", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  expect(await isPortFree(port)).toBe(false);
  expect(portOwner(port)).toContain(`(process ${process.pid})`);
  server.close();
  await once(server, "close");
  expect(await isPortFree(port)).toBe(true);
  expect(portOwner(port)).toBe("another process");
});

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

import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { transformSync } from "esbuild";
import { strFromU8, unzipSync } from "fflate";
import { packCode } from "./function-code.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "code-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function folder(name: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name, path)), { recursive: true });
    writeFileSync(join(root, name, path), text);
  }
  return join(root, name);
}

const main = "def handler(event, context):\n    return {}\n";
const python = (name: string, files: Readonly<Record<string, string>>, handler = "main.handler") =>
  packCode({ folder: folder(name, files), runtime: "python3.13", handler });

test("everything in the folder is packed, what a run of it left behind aside", () => {
  const { zip } = python("a", {
    "main.py": main,
    "lib/texts.py": "hello = 1\n",
    "__pycache__/main.cpython-313.pyc": "x",
    "lib/.DS_Store": "x",
  });
  const unpacked = unzipSync(zip);
  expect(Object.keys(unpacked)).toEqual(["lib/texts.py", "main.py"]);
  expect(strFromU8(unpacked["main.py"] ?? new Uint8Array())).toBe(main);
});

test("the same files have the same hash, whatever their times, their owner's rights and the order they were written in", () => {
  const first = python("a", { "main.py": main, "b.py": "b = 1\n" });
  const other = folder("b", { "b.py": "b = 1\n", "main.py": main });
  utimesSync(join(other, "main.py"), 1_000_000_000, 1_000_000_000);
  chmodSync(join(other, "b.py"), 0o600);
  const second = packCode({ folder: other, runtime: "python3.13", handler: "main.handler" });
  expect(second).toEqual(first);
  expect(python("c", { "main.py": `${main}\n`, "b.py": "b = 1\n" }).hash).not.toBe(first.hash);
});

test("the hash does not depend on the machine's time zone", () => {
  const { hash } = python("a", { "main.py": main });
  const { code } = transformSync(readFileSync(join(__dirname, "function-code.ts")), { loader: "ts", format: "cjs" });
  const request = JSON.stringify({ folder: join(root, "a"), runtime: "python3.13", handler: "main.handler" });
  const input = `${code}\nprocess.stdout.write(new Date(0).getHours() + " " + module.exports.packCode(${request}).hash)`;
  const hashes = ["Asia/Tokyo", "Pacific/Niue"].map((zone) =>
    execFileSync(process.execPath, ["-"], { cwd: __dirname, env: { TZ: zone }, input, encoding: "utf8" }),
  );
  expect(hashes).toEqual([`9 ${hash}`, `13 ${hash}`]);
});

test("what Lambda unpacks can be read by everybody, and run where it could be", () => {
  const where = folder("a", { "main.py": main, "bin/tool": "#!/bin/sh\n" });
  chmodSync(join(where, "bin/tool"), 0o700);
  const { zip } = packCode({ folder: where, runtime: "python3.13", handler: "main.handler" });
  writeFileSync(join(root, "code.zip"), zip);
  const list = execFileSync("python3", [
    "-c",
    "import sys, zipfile\nfor each in zipfile.ZipFile(sys.argv[1]).infolist(): print(oct(each.external_attr >> 16), each.date_time, each.filename)",
    join(root, "code.zip"),
  ]);
  expect(list.toString().trim().split("\n")).toEqual([
    "0o100755 (1980, 1, 1, 0, 0, 0) bin/tool",
    "0o100644 (1980, 1, 1, 0, 0, 0) main.py",
  ]);
});

test("a handler may lie deeper, in a package or in any of the module formats", () => {
  const node = (files: Readonly<Record<string, string>>, handler: string) =>
    packCode({ folder: folder(handler, files), runtime: "nodejs22.x", handler }).hash;
  expect(python("a", { "shop/orders.py": "handler = print\n" }, "shop.orders.handler").hash).toBeDefined();
  expect(python("b", { "shop/__init__.py": "from .orders import handler\n" }, "shop.handler").hash).toBeDefined();
  expect(node({ "index.mjs": "export const handler = 1;\n" }, "index.handler")).toBeDefined();
  expect(node({ "src/index.cjs": "exports.run = 1;\n" }, "src/index.run")).toBeDefined();
});

test("a folder that is empty, not there, a file, or leads elsewhere is refused", () => {
  mkdirSync(join(root, "empty"));
  expect(() => python("empty", {})).toThrow(`folder (${root}/empty) must hold the function's code; it is empty.`);
  const notFolder = `must be a folder with the function's code; correct the path.`;
  expect(() => python("nowhere", {})).toThrow(`folder (${root}/nowhere) ${notFolder}`);
  writeFileSync(join(root, "file"), "");
  expect(() => python("file", {})).toThrow(`folder (${root}/file) ${notFolder}`);
  const where = folder("linked", { "main.py": main });
  symlinkSync("/etc", join(where, "conf"));
  expect(() => python("linked", {})).toThrow(
    `folder (${where}) must hold files and folders alone; put what conf leads to in its place.`,
  );
});

test("more than Lambda takes is refused, unpacked and packed", () => {
  const where = folder("big", { "main.py": main, "data.bin": "" });
  truncateSync(join(where, "data.bin"), 251 * 1024 * 1024);
  expect(() => python("big", {})).toThrow(
    `folder (${where}) must have at most 250 MB unpacked, and has 252; leave out what the function does not need.`,
  );
});

test.each<[string, string]>([
  ["main", "handler (main) must name a file without its ending and a function; write for example main.handler."],
  ["other.handler", "which has no other.py or other/__init__.py; correct one of them."],
  ["main.handle", "handler (main.handle) must be in main.py, which names no handle; correct one of them."],
])("the handler %s is refused", (handler, message) => {
  expect(() => python("a", { "main.py": main }, handler)).toThrow(message);
});

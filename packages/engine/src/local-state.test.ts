import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readLocalState, recoverLocalState } from "./local-state.ts";

const state = JSON.stringify({
  version: 4,
  outputs: { url: { value: "http://x", type: "string" }, secret: { value: ["a"], type: "list", sensitive: true } },
  resources: [
    { mode: "managed", type: "aws_vpc", name: "main", instances: [{}] },
    { mode: "managed", type: "aws_subnet", name: "each", instances: [{ index_key: 0 }, { index_key: "b" }] },
    { mode: "managed", type: "aws_eip", name: "gone", instances: [] },
    { mode: "data", type: "aws_region", name: "here", instances: [{}] },
  ],
});

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "state-"));
  path = join(folder, "network.tfstate");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("outputs and managed addresses are read off a local state, sensitive outputs and indexes included", () => {
  writeFileSync(path, state);
  expect(readLocalState(path)).toEqual({
    resources: ["aws_vpc.main", "aws_subnet.each[0]", 'aws_subnet.each["b"]'],
    outputs: { url: "http://x", secret: ["a"] },
  });
  expect(readLocalState(join(folder, "none"))).toBeUndefined();
});

test("a state that a kill cut off is replaced by its backup", () => {
  writeFileSync(path, state.slice(0, 60));
  writeFileSync(`${path}.backup`, state);
  expect(recoverLocalState(path)).toContain("the backup took its place");
  expect(readFileSync(path, "utf8")).toBe(state);
  expect(existsSync(`${path}.broken`)).toBe(true);
});

test("a cut-off first state is set aside, and a whole one is left alone", () => {
  writeFileSync(path, "");
  expect(recoverLocalState(path)).toContain("set aside");
  expect(existsSync(path)).toBe(false);
  writeFileSync(path, state);
  expect(recoverLocalState(path)).toBeUndefined();
});

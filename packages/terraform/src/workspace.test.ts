import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recoverLocalState } from "./workspace.ts";

const state = JSON.stringify({ version: 4, outputs: {}, resources: [] });

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "state-"));
  path = join(folder, "network.tfstate");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a state that a kill cut off is replaced by its backup", () => {
  writeFileSync(path, state.slice(0, 20));
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

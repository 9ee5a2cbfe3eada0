import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readWorkspace } from "./home.ts";
import { compareMemory, knownIncarnations, rememberMemory, setAside } from "./instances.ts";

const workspace = () => readWorkspace("/repo", { SLIPWAY_HOME: mkdtempSync(join(tmpdir(), "memory-")) });

test("the first local AWS of a workspace is nothing to worry about", () => {
  expect(compareMemory(workspace(), { incarnation: "a", boot: 1 })).toEqual({ kind: "first" });
});

test("the same incarnation and boot is the same memory", () => {
  const here = workspace();
  rememberMemory(here, { incarnation: "a", boot: 1 });
  expect(compareMemory(here, { incarnation: "a", boot: 1 })).toEqual({ kind: "same" });
});

test("another boot of the same incarnation is a restart that may have forgotten something", () => {
  const here = workspace();
  rememberMemory(here, { incarnation: "a", boot: 1 });
  expect(compareMemory(here, { incarnation: "a", boot: 2 })).toEqual({ kind: "restarted" });
});

test("another incarnation has lost its memory, and the old one's name is told", () => {
  const here = workspace();
  rememberMemory(here, { incarnation: "a", boot: 1 });
  expect(compareMemory(here, { incarnation: "b", boot: 1 })).toEqual({ kind: "lost", incarnation: "a" });
});

test("state of a lost incarnation is set aside, twice without overwriting, and stays known", () => {
  const here = workspace();
  rememberMemory(here, { incarnation: "b", boot: 1 });
  for (const file of ["first", "second"]) {
    mkdirSync(here.path("local", "state"), { recursive: true });
    writeFileSync(here.path("local", "state", file), "");
    setAside(here, "a");
    expect(existsSync(here.path("local"))).toBe(false);
  }
  expect(existsSync(here.path("lost", "a", "local", "state", "first"))).toBe(true);
  expect(existsSync(here.path("lost", "a", "local-2", "state", "second"))).toBe(true);
  expect(knownIncarnations(here)).toEqual(["b", "a"]);
});

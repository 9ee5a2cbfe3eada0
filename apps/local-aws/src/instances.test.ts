import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSlipwayHome } from "./home.ts";
import { compareInstance, knownInstanceIds, recordInstance, setStateAside } from "./instances.ts";

const newHome = () => readSlipwayHome("/repo", { SLIPWAY_HOME: mkdtempSync(join(tmpdir(), "memory-")) });

test("the first local AWS of a workspace is nothing to worry about", () => {
  expect(compareInstance(newHome(), { instanceId: "a", boot: 1 })).toEqual({ kind: "first" });
});

test("the same instance id and boot is the same memory", () => {
  const home = newHome();
  recordInstance(home, { instanceId: "a", boot: 1 });
  expect(compareInstance(home, { instanceId: "a", boot: 1 })).toEqual({ kind: "same" });
});

test("another boot of the same instance is a restart that may have forgotten something", () => {
  const home = newHome();
  recordInstance(home, { instanceId: "a", boot: 1 });
  expect(compareInstance(home, { instanceId: "a", boot: 2 })).toEqual({ kind: "restarted" });
});

test("another instance has lost its memory, and the old one's id is reported", () => {
  const home = newHome();
  recordInstance(home, { instanceId: "a", boot: 1 });
  expect(compareInstance(home, { instanceId: "b", boot: 1 })).toEqual({ kind: "lost", instanceId: "a" });
});

test("state of a lost instance is set aside, twice without overwriting, and stays known", () => {
  const home = newHome();
  recordInstance(home, { instanceId: "b", boot: 1 });
  for (const file of ["first", "second"]) {
    mkdirSync(home.path("local", "state"), { recursive: true });
    writeFileSync(home.path("local", "state", file), "");
    setStateAside(home, "a");
    expect(existsSync(home.path("local"))).toBe(false);
  }
  expect(existsSync(home.path("lost", "a", "local", "state", "first"))).toBe(true);
  expect(existsSync(home.path("lost", "a", "local-2", "state", "second"))).toBe(true);
  expect(knownInstanceIds(home)).toEqual(["b", "a"]);
});

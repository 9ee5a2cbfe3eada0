import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enter } from "./hand-over.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "registrar-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const zone = (domain: string, ...nameServers: readonly string[]) => ({ domain, nameServers });

test("a zone is entered at the registrar once, beside what others entered, and anew when its servers are others", () => {
  const file = join(folder, "edge", "registrar.json");
  const entered = () => JSON.parse(readFileSync(file, "utf8"));
  expect(enter(file, [zone("shop.localhost", "ns-1.example", "ns-2.example")])).toEqual(["shop.localhost"]);
  expect(enter(file, [zone("shop.localhost", "ns-2.example", "ns-1.example")])).toEqual([]);
  expect(enter(file, [zone("other.localhost", "ns-3.example")])).toEqual(["other.localhost"]);
  expect(enter(file, [zone("shop.localhost", "ns-4.example")])).toEqual(["shop.localhost"]);
  expect(entered()).toEqual({ "shop.localhost": ["ns-4.example"], "other.localhost": ["ns-3.example"] });
});

test("a zone below another of the environment is handed on by that one", () => {
  const file = join(folder, "registrar.json");
  expect(enter(file, [zone("shop.localhost", "ns-1"), zone("eu.shop.localhost", "ns-2")])).toEqual(["shop.localhost"]);
});

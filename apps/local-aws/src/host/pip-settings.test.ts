import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipSettings } from "./pip-settings.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "pip-"));
  mkdirSync(join(home, ".config/pip"), { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true }));

const read = (file: string, variables = {}) => {
  writeFileSync(join(home, ".config/pip/pip.conf"), file);
  return Object.fromEntries(pipSettings(variables, home));
};

test("the index of pip's file is taken over, other settings are not", () => {
  const file =
    "[global]\nindex-url = https://pip.example.com/simple\nextra-index-url =\n  https://a.example.com\n  https://b.example.com\nbreak-system-packages = true\n[list]\ntimeout = 3\n";
  expect(read(file)).toMatchObject({
    "index-url": "https://pip.example.com/simple",
    "extra-index-url": "https://a.example.com https://b.example.com",
  });
  expect(read(file)).not.toHaveProperty("break-system-packages");
  expect(read(file).timeout).not.toBe("3");
});

test("pip's variables win over its file", () => {
  const variables = { PIP_INDEX_URL: "https://other.example.com", PIP_DEFAULT_TIMEOUT: "180" };
  expect(read("[global]\nindex-url = https://pip.example.com/simple\n", variables)).toMatchObject({
    "index-url": "https://other.example.com",
    timeout: "180",
  });
});

test("an address that carries a password is left out", () => {
  expect(read("", { PIP_INDEX_URL: "https://user:secret@pip.example.com/simple" })).not.toHaveProperty("index-url");
});

import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnvFile, readEnvFile } from "./env-file.ts";

const parse = (text: string) => parseEnvFile(text, "--env-file (.env)");
const fixture = (name: string) => join(__dirname, "../../fixtures/env-files", name);
const read = (path: string) => readEnvFile("--env-file", path, ".env");
const folder = mkdtempSync(join(tmpdir(), "env-"));

// Each row as python-dotenv 1.2 reads it.
test.each([
  ["A=1", { A: "1" }],
  ["export A=1", { A: "1" }],
  [" A = b ", { A: "b" }],
  ["A=a#b", { A: "a#b" }],
  ["A=#b", { A: "#b" }],
  ["A=a #b", { A: "a" }],
  ["A=a\t# b # c", { A: "a" }],
  ["A= # b", { A: "" }],
  ["A=", { A: "" }],
  ["A=\nB=1", { A: "", B: "1" }],
  ["A=''\nB=\"\"", { A: "", B: "" }],
  ["A='a # b' # c", { A: "a # b" }],
  ['A="a # b"# c', { A: "a # b" }],
  ["A='it\\'s'", { A: "it's" }],
  ["A='a\\\\b\\n'", { A: "a\\b\\n" }],
  ['A="a\\n\\"b\\"\\t\\q"', { A: 'a\n"b"\t\\q' }],
  ["A=a\\nb", { A: "a\\nb" }],
  ['A="multi\n# line"\nB=2', { A: "multi\n# line", B: "2" }],
  ["A='-----BEGIN\nx=y\n-----END'\r\nB=2", { A: "-----BEGIN\nx=y\n-----END", B: "2" }],
  ["A=b\r\nC=d\r\n", { A: "b", C: "d" }],
  ["\uFEFFA=1", { A: "1" }],
  ["# A=1\n\n   # B=2\nC=3", { C: "3" }],
  ['A=x"y z"', { A: 'x"y z"' }],
  ["A=`x y`", { A: "`x y`" }],
  ["A=a=b==", { A: "a=b==" }],
  ["A=1\nA=2", { A: "2" }],
  ["A=$x$$1", { A: "$x$$1" }],
  ['A="$x"', { A: "$x" }],
  ["B=1\nA=<${B}>", { B: "1", A: "<1>" }],
  ['B=\\n\nA="${B}"', { B: "\\n", A: "\\n" }],
])("%j", (text, values) => {
  expect(parse(text)).toEqual(values);
});

// Compose and python-dotenv disagree here, so it stays as it stands.
test.each([
  ["A=${NOWHERE}", { A: "${NOWHERE}" }],
  ["B=1\nA='${B}'", { B: "1", A: "${B}" }],
  ['B=1\nA="\\${B}"', { B: "1", A: "${B}" }],
])("%j stays", (text, values) => {
  expect(parse(text)).toEqual(values);
});

test("a hash in a secret is part of it, and one after white space begins a remark", () => {
  const written = /^SECRET_KEY=(.*)$/m.exec(readFileSync(fixture("hash-in-a-secret.env"), "utf8"))?.[1] ?? "";
  expect(written).toHaveLength(51);
  expect(read(fixture("hash-in-a-secret.env"))).toEqual({
    values: {
      SECRET_KEY: written,
      DATABASE_URL: "postgres://shop:p#w%40d@db.example.com:5432/shop",
      NOTE: "a value",
    },
    empty: [],
  });
});

test("an empty value is a value, and named apart", () => {
  expect(read(fixture("empty-value.env"))).toEqual({
    values: { SECRET_KEY: "abc" },
    empty: ["SENTRY_DSN", "EMAIL_HOST_PASSWORD"],
  });
});

const secret = "hunter2";
test.each([
  ["A=1\nhunter2", "must hold NAME=value lines, and line 2 is none"],
  ["A: hunter2", "must hold NAME=value lines, and line 1 is none"],
  ["A='hunter2\nB=1", "must hold nothing but a comment after a quoted value, and close its quote (line 1)"],
  ['B=1\n\nA="x" hunter2', "must hold nothing but a comment after a quoted value, and close its quote (line 3)"],
  ["A.B=hunter2", "must name variables with letters, digits and _, not A.B (line 1)"],
  ["1A=hunter2", "must name variables with letters, digits and _, not 1A (line 1)"],
])("%j is refused by its line, without its value", (text, sentence) => {
  const failure = () => parse(text);
  expect(failure).toThrow(`--env-file (.env) ${sentence}`);
  expect(failure).not.toThrow(secret);
});

test.each([
  ["UTF-16", Buffer.from("\uFEFFA=1", "utf16le"), "must be text in UTF-8; save it with that encoding"],
  ["nothing", Buffer.from("# nothing\n"), "must hold NAME=value lines; leave the option out"],
  ["a long value", Buffer.from(`A=${"x".repeat(4097)}`), "must give A no more than 4096 bytes"],
])("a file with %s is refused", (_, bytes, sentence) => {
  const path = join(folder, "bad.env");
  writeFileSync(path, bytes);
  expect(() => read(path)).toThrow(`--env-file (.env) ${sentence}`);
});

test("a byte-order mark is no part of the first name", () => {
  const path = join(folder, "bom.env");
  writeFileSync(path, "\uFEFFA=1\n");
  expect(read(path).values).toEqual({ A: "1" });
});

import { readCommandFile, readRunnerLine } from "./run-action.ts";

test("outputs are read in both forms, many lines included", () => {
  expect(readCommandFile("digest=sha256:a=b\njson<<ghadelimiter_1\n[\n]\nghadelimiter_1\nchanged=true\n")).toEqual({
    digest: "sha256:a=b",
    json: "[\n]",
    changed: "true",
  });
});

test("an output without its closing delimiter is an error", () => {
  expect(() => readCommandFile("json<<END\n[]\n")).toThrow("output `json` must end with its delimiter END");
});

test("a masked value never appears again", () => {
  const masks = new Set<string>();
  expect(readRunnerLine("::add-mask::hunter2", masks)).toBeUndefined();
  expect(readRunnerLine("password is hunter2", masks)?.shown).toBe("password is ***");
  expect(readRunnerLine("::error::hunter2 is wrong", masks)?.text).toBe("*** is wrong");
});

test("an error keeps its line breaks and drops its position", () => {
  const line = readRunnerLine("::error file=a.ts,line=1::one%0Atwo 100%25", new Set());
  expect(line).toEqual({ kind: "error", text: "one\ntwo 100%", shown: "error: one\ntwo 100%" });
});

test("plain lines, also with colons, are text", () => {
  expect(readRunnerLine("web: 2 of 2 running :: ok", new Set())?.kind).toBe("text");
});

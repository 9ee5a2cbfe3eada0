import { dockerfileChanges, withLastLine } from "./app-changes.ts";

const dockerfile =
  'FROM python:3.12-slim AS base\nRUN true\n\nFROM base AS production\nCMD ["run"]\n\nFROM base as test\nRUN test\n';

test("the line ends the last stage, or the one that is deployed", () => {
  expect(withLastLine(dockerfile, "LABEL a=b")).toMatch(/RUN test\n# Made for the scenario\.\nLABEL a=b\n$/);
  expect(withLastLine(dockerfile, "LABEL a=b", "production")).toMatch(
    /CMD \["run"\]\n\n# Made for the scenario\.\nLABEL a=b\nFROM base as test/,
  );
  expect(() => withLastLine(dockerfile, "LABEL a=b", "prod")).toThrow("the Dockerfile must have the stage prod");
});

test("a line of the same instruction is replaced if it was made here, and another one stays", () => {
  const own = withLastLine(`${dockerfile}LABEL of=theirs\n`, "LABEL a=b");
  const twice = withLastLine(withLastLine(own, "ENTRYPOINT x"), "LABEL a=c");
  expect(twice.match(/^(LABEL|ENTRYPOINT) .*$/gm)).toEqual(["LABEL of=theirs", "ENTRYPOINT x", "LABEL a=c"]);
});

test("each change is another Dockerfile than the one before", () => {
  const { another, broken, silent } = dockerfileChanges("shop/Dockerfile");
  const texts = [dockerfile];
  for (const change of [another, broken, silent]) texts.push(change?.rewrite(texts.at(-1) ?? "") ?? "");
  expect(new Set(texts).size).toBe(4);
  expect(texts[3]?.match(/^ENTRYPOINT/gm)).toHaveLength(1);
});

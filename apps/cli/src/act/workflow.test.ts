import { interpolate, resolve } from "./workflow.ts";

const contexts = {
  github: { ref: "refs/heads/main" },
  inputs: { environment: "staging", "dry-run": true },
  matrix: {},
};

test("expressions in a text become text", () => {
  const text = "deploy ${{ inputs.environment }} from ${{ github.ref }}, dry: ${{ inputs.dry-run && 'yes' || 'no' }}";
  expect(interpolate(text, contexts)).toBe("deploy staging from refs/heads/main, dry: yes");
  expect(interpolate("${{ matrix.missing }}|", contexts)).toBe("|");
});

test("a text that is one expression keeps its value", () => {
  expect(resolve("${{ inputs.dry-run }}", contexts)).toBe(true);
  expect(resolve("${{ fromJSON('[{\"a\":1}]') }}", contexts)).toEqual([{ a: 1 }]);
  expect(resolve("${{ inputs.environment }}-${{ inputs.dry-run }}", contexts)).toBe("staging-true");
});

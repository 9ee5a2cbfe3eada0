import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import {
  replacementArguments,
  replacementFolder,
  type ThirdPartyUse,
  thirdPartyUses,
} from "../../apps/cli/src/act/checkout.ts";

const root = join(__dirname, "../..");
const uses = thirdPartyUses(root);

interface Replacement {
  readonly inputs?: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

const replacement = ({ action, path }: ThirdPartyUse) =>
  parse(readFileSync(join(replacementFolder(root, action), path, "action.yml"), "utf8")) as Replacement;

const pinned = [...new Set(uses.map(({ action, ref }) => `${action}@${ref}`))].sort();

test("every third-party action in the workflows and in our actions has a replacement, chosen by the very commit", () => {
  const chosen = replacementArguments(root, root).filter((argument) => argument !== "--local-repository");
  expect(pinned).not.toEqual([]);
  expect(chosen.map((argument) => argument.split("=")[0]).sort()).toEqual(pinned);
  expect(pinned.filter((use) => !/@[0-9a-f]{40}$/.test(use))).toEqual([]);
});

test.each(uses.map((use) => [join(use.action, use.path), use.where, use] as const))(
  "the replacement of %s knows what is given to it and read from it in %s",
  (_, __, use) => {
    const { inputs = {}, outputs = {} } = replacement(use);
    const required = Object.keys(inputs).filter((name) => inputs[name]?.required);
    expect(use.inputs.filter((name) => !(name in inputs))).toEqual([]);
    expect(required.filter((name) => !use.inputs.includes(name))).toEqual([]);
    expect(use.outputs.filter((name) => !(name in outputs))).toEqual([]);
  },
);

test("an action without a replacement is named, with the place that uses it and the file to add", () => {
  const folder = mkdtempSync(join(tmpdir(), "uses-"));
  mkdirSync(join(folder, ".github/workflows"), { recursive: true });
  writeFileSync(
    join(folder, ".github/workflows/x.yml"),
    "jobs: { build: { steps: [{ uses: ./local }, { uses: someone/thing/sub@v1 }] } }",
  );
  expect(() => replacementArguments(root, folder)).toThrow(
    "someone/thing/sub (x.yml, job build) must have a replacement, because act runs without the network; add apps/cli/act-runner/actions/someone/thing/sub/action.yml.",
  );
});

test("the docs name every replacement", () => {
  const docs = readFileSync(join(root, "docs/workflows-executed.md"), "utf8");
  const folder = replacementFolder(root, "");
  const actions = readdirSync(folder).flatMap((owner) =>
    readdirSync(join(folder, owner)).map((name) => `${owner}/${name}`),
  );
  expect(actions.filter((action) => !docs.includes(`\`${action}\``))).toEqual([]);
});

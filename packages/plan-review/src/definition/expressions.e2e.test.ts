import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkTemplate } from "./expressions.ts";

jest.setTimeout(60_000);

// biome-ignore lint/style/noProcessEnv: a test against the real Terraform takes PATH from whoever runs it.
const variables = process.env;
const folder = mkdtempSync(join(tmpdir(), "expressions-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What Terraform must make of each piece of a text, if it reads it as the check does. */
const pieces: Readonly<Record<string, string>> = {
  "${local.x}": "V",
  "${ local.x }": "V",
  '${element(split(":", local.x), 0)}': "V",
  '${element(split(":", "a${local.x}\\u0024{b}\\""), 0)}': 'aV${b}"',
  "$${": "${",
  "%%{": "%{",
};
const signs = ["$", "%", "$$", "%%", "{", "}", '"', "\\", "~", "a", "\n", "#", "//", "(", ")", "file("];

/** A text of up to seven pieces and signs, the same for the same number. */
function text(number: number): string {
  const words = [...Object.keys(pieces), ...signs];
  let seed = number * 7919 + 1;
  const next = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor(seed / 256) % below;
  };
  return Array.from({ length: 1 + next(7) }, () => words[next(words.length)]).join("");
}

function isAccepted(candidate: string): boolean {
  try {
    checkTemplate(candidate, []);
    return true;
  } catch {
    return false;
  }
}

/** The text as the check reads it, from left to right. */
function meaning(candidate: string): string {
  let read = "";
  for (let at = 0; at < candidate.length; ) {
    const piece = Object.keys(pieces).find((each) => candidate.startsWith(each, at)) ?? "";
    read += pieces[piece] ?? candidate.charAt(at);
    at += piece.length || 1;
  }
  return read;
}

function terraform(...args: string[]): string {
  return execFileSync(variables.TERRAFORM_BIN || "terraform", args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...variables, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" },
    maxBuffer: 50_000_000,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

test("what is accepted means to Terraform what the check took it for", () => {
  const accepted = [...new Set(Array.from({ length: 3000 }, (_, number) => text(number)).filter(isAccepted))];
  expect(accepted.length).toBeGreaterThan(1000);
  const output = Object.fromEntries(accepted.map((value, index) => [`o${index}`, { value }]));
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ locals: { x: "V" }, output }));
  terraform("plan", "-input=false", "-no-color", "-out=plan");
  const { planned_values: planned } = JSON.parse(terraform("show", "-json", "plan"));
  const wrong = accepted.filter((each, index) => planned.outputs[`o${index}`].value !== meaning(each));
  expect(wrong).toEqual([]);
});

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

jest.setTimeout(120_000);

const root = resolve(__dirname, "../../../..");
const page = readFileSync(join(root, "docs/to-a-real-account.md"), "utf8");

function npmRun(line: string, variables: Record<string, string> = {}): { code: number; text: string } {
  const [file = "", ...args] = line.split(" ");
  const { GITHUB_TOKEN: _, GH_TOKEN: __, ...rest } = process.env;
  try {
    const text = execFileSync(file, args, {
      cwd: root,
      encoding: "utf8",
      env: { ...rest, ...variables },
      stdio: "pipe",
    });
    return { code: 0, text };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, text: `${stdout}${stderr}` };
  }
}

test("the commands that need no account do what the page says", () => {
  const synths = page.match(/^npm run synth -- \w+$/gm) ?? [];
  expect(synths).toEqual(["npm run synth -- staging", "npm run synth -- production"]);
  for (const line of synths) {
    expect(npmRun(line)).toMatchObject({ code: 0, text: expect.stringMatching(/^service +\d+ resources/m) });
    expect(existsSync(join(root, `apps/infra/cdktf.out/${line.split(" ").at(-1)}/stacks/service/cdk.tf.json`))).toBe(
      true,
    );
  }
  expect(page).toMatch(/^npm run doctor$/m);
  const doctor = npmRun("npm run doctor", { GITHUB_REPOSITORY: "octo-org/this-is-project" });
  expect(doctor.code).toBe(1);
  expect(doctor.text).toContain(
    "there is no token: GITHUB_TOKEN=$(gh auth token) npm run doctor looks at octo-org/this-is-project",
  );
});

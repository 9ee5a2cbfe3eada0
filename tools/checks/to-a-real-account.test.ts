import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pageCommands } from "../../apps/cli/src/doctor/doctor.ts";
import { environment } from "../../apps/infra/src/environments.ts";

const root = resolve(__dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const pages = ["docs/to-a-real-account.md", "docs/workflows.md"];

const commands = pages.flatMap((page) =>
  [...read(page).matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].flatMap(([, language, block = ""]) =>
    language === "ts" ? [] : block.split("\n"),
  ),
);
const scripts: Record<string, string> = JSON.parse(read("package.json")).scripts;

test("every npm command there is one of package.json", () => {
  const named = commands.flatMap((line) => /npm run ([\w:-]+)/.exec(line)?.[1] ?? []);
  expect(new Set(named)).toEqual(new Set(["check", "bootstrap", "secret", "doctor", "down", "destroy"]));
  for (const name of named) expect(scripts).toHaveProperty([name]);
});

test("every workflow that is started there has the inputs that are given, and those it must have", () => {
  const started = commands.filter((line) => line.startsWith("gh workflow run"));
  expect(started.length).toBeGreaterThan(5);
  for (const line of started) {
    const workflow = read(`.github/workflows/${/run (\S+)/.exec(line)?.[1]}`);
    const declared = [...workflow.matchAll(/^ {6}([\w-]+):\n((?: {8}.+\n)+)/gm)].map(([, name = "", body = ""]) => ({
      name,
      required: body.includes("required: true") && !body.includes("default:"),
    }));
    const given = [...line.matchAll(/-f ([\w-]+)=/g)].map(([, name = ""]) => name);
    expect([line, given.filter((name) => !declared.some((each) => each.name === name))]).toEqual([line, []]);
    const missing = declared.filter(({ name, required }) => required && !given.includes(name));
    expect([line, missing]).toEqual([line, []]);
  }
});

test("every file named there exists", () => {
  const rulesets = /for rules in (.+); do/.exec(commands.join("\n"))?.[1]?.split(" ") ?? [];
  const paths = pages.flatMap((page) => {
    const text = read(page).replaceAll(/^.*\$rules\.json$/gm, (line) =>
      rulesets.map((name) => line.replace("$rules", name)).join("\n"),
    );
    const links = [...text.matchAll(/\]\(([\w./-]+\.md)(?:#[\w-]+)?\)/g)].map(([, path = ""]) => `docs/${path}`);
    return [
      ...links,
      ...[...text.matchAll(/(?:--input |`)((?:docs|apps|\.github)\/[\w./-]+)/g)].map(([, path = ""]) => path),
    ];
  });
  expect(paths.length).toBeGreaterThan(8);
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("the environments made there are those that doctor looks for", () => {
  const made = /for name in (.+); do\n.*\/environments\//.exec(commands.join("\n"))?.[1]?.split(" ");
  const keys = Object.keys(JSON.parse(read(".github/environments.json")));
  expect(made).toEqual([...keys, "production-approval"]);
});

test("every block of the page is one whose commands are executed, or what is to be written; a loop is one command", () => {
  const page = read("docs/to-a-real-account.md");
  expect(page.match(/^```(sh|ts)$/gm)).toHaveLength((page.match(/^```/gm)?.length ?? 0) / 2);
  expect(pageCommands(page).length).toBeLessThanOrEqual(25);
  expect(pageCommands("```sh\na\nfor x in 1; do\n  b\ndone\n```\ntext\n```sh\nc\n```\n")).toEqual([
    "a",
    "for x in 1; do\n  b\ndone",
    "c",
  ]);
  expect(() => pageCommands("```sh\nfor x in 1; do\n```\n")).toThrow("a loop (for x in 1; do) must end");
});

/** USD per hour: https://aws.amazon.com/fargate/pricing/, Linux on x86 in us-east-1 and eu-west-1. */
const [perVcpu, perGigabyte] = [0.04048, 0.004445];

test("what it costs is the sum of its parts, and the tasks are those of environments.ts", () => {
  const rows = [...read("docs/to-a-real-account.md").matchAll(/^\| (.+) \|.*\| (\d+) \| (\d+) \|$/gm)];
  const amounts = (column: number) => rows.map((row) => Number(row[column]));
  for (const [column, key] of [
    [2, "staging"],
    [3, "production"],
  ] as const) {
    const [tasks = 0, ...others] = amounts(column);
    const sum = others.pop();
    expect([key, tasks + others.reduce((a, b) => a + b)]).toEqual([key, sum]);
    const services = Object.values(environment(key).services);
    const hourly = services.map(
      ({ cpu, memory, desiredCount }) => desiredCount * ((cpu / 1024) * perVcpu + (memory / 1024) * perGigabyte),
    );
    expect([key, Math.round(hourly.reduce((a, b) => a + b) * 730)]).toEqual([key, tasks]);
  }
});

/** How many plans it takes from nothing: a stack that reads others is planned once they are applied. */
function waves(environment: string): number {
  const folder = join(root, "apps/infra/golden", environment);
  const stacks = readdirSync(folder).map((file) => file.replace(".tf.json", ""));
  const depth = (stack: string): number => {
    const golden = JSON.parse(readFileSync(join(folder, `${stack}.tf.json`), "utf8"));
    const read = Object.keys(golden.data?.terraform_remote_state ?? {});
    return 1 + Math.max(0, ...read.map((name) => depth(name.replace("cross-stack-reference-input-", ""))));
  };
  return Math.max(...stacks.map(depth));
}

test.each(["staging", "production"])("for %s as many plans are approved as it has to be planned", (environment) => {
  const approval = `gh workflow run apply.yml -f environment=${environment} -f plan=PLAN`;
  const given = pageCommands(read("docs/to-a-real-account.md")).filter((command) => command === approval);
  expect(waves(environment)).toBe(2);
  expect(given).toHaveLength(waves(environment));
});

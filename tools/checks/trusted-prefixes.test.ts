import { readFileSync } from "node:fs";
import { join } from "node:path";

// What the roles may write in the state bucket, by the goldens, against the table of docs/reviewed-plan.md.
const root = join(__dirname, "../..");
const page = readFileSync(join(root, "docs/reviewed-plan.md"), "utf8");
const roles = ["plan", "apply", "deploy"];

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
}

const { resource } = JSON.parse(readFileSync(join(root, "apps/infra/golden/staging/access.tf.json"), "utf8"));
const bucketArn = /^arn:aws:s3:::[^/]+\//;

function statementsOf(role: string): readonly Statement[] {
  const found = Object.entries<{ policy: string }>(resource.aws_iam_role_policy).filter(([name]) =>
    name.startsWith(`${role}_`),
  );
  return found.flatMap(([, { policy }]) => JSON.parse(policy).Statement);
}

/** Patterns of the keys that the statements of a role are about, where these are of writing an object. */
function writes(role: string, effect: "Allow" | "Deny"): string[] {
  const statements = statementsOf(role).filter(
    ({ Effect, Action }) => Effect === effect && Action.includes("s3:PutObject"),
  );
  return statements.flatMap(({ Resource }) => [Resource].flat().map((arn) => arn.replace(bucketArn, "")));
}

const matches = (pattern: string, key: string) =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
  ).test(key);

const mayWrite = (role: string, key: string) =>
  writes(role, "Allow").some((pattern) => matches(pattern, key)) &&
  !writes(role, "Deny").some((pattern) => matches(pattern, key));

/** Names below a prefix, as they are looked for. */
const names = [
  "1-1.json",
  `${"b".repeat(64)}.json`,
  "x.tfstate",
  "x.tfstate.tflock",
  "x.applied.json",
  "x.applying.json",
];
const stored: readonly [RegExp, readonly string[]][] = [
  [/^promises\/.*\/<head sha>\/$/, names.slice(0, 1)],
  [/^promises\/.*\/main\/$/, names.slice(1, 2)],
];

/** Prefix of each row of the table to the roles that the row names, and keys below it. */
const rows = [...(page.split("## What is trusted")[1] ?? "").matchAll(/^\| `([^`]+\/)`[^|]*\| ([^|;]+)/gm)].map(
  ([, prefix = "", writers = ""]) => {
    const folder = prefix.replace("<environment>", "staging").replace("<head sha>", "a".repeat(40));
    return {
      prefix,
      roles: roles.filter((role) => writers.includes(`the ${role} role`)),
      keys: (stored.find(([pattern]) => pattern.test(prefix))?.[1] ?? names).map((name) => `${folder}${name}`),
    };
  },
);

test("each prefix of the table is written by the roles that it names, and by no other", () => {
  expect(rows.length).toBeGreaterThanOrEqual(3);
  for (const { prefix, roles: named, keys } of rows) {
    expect([prefix, roles.filter((role) => keys.some((key) => mayWrite(role, key)))]).toEqual([prefix, named]);
  }
});

test.each(roles)("whatever the %s role may write is in the table", (role) => {
  const keys = rows.flatMap((row) => row.keys);
  expect(writes(role, "Allow").filter((pattern) => !keys.some((key) => matches(pattern, key)))).toEqual([]);
});

import { constructPaths, parsePlan } from "./parse-plan.ts";
import type { Json, JsonChange, JsonResourceChange, PlanJson } from "./plan-json.ts";
import { riskOf } from "./risk.ts";

interface Entry {
  readonly actions: readonly string[];
  readonly before?: Json;
  readonly after?: Json;
  readonly address?: string;
  readonly mode?: string;
  readonly change?: Partial<JsonChange>;
  readonly previous?: string;
}

function entry({
  actions,
  before = null,
  after = null,
  address = "aws_x.y",
  mode = "managed",
  change,
  previous,
}: Entry): JsonResourceChange {
  const [type = "", name = ""] = address.replace(/\[.*/, "").split(".");
  const previousAddress = previous === undefined ? {} : { previous_address: previous };
  return { address, mode, type, name, change: { actions, before, after, ...change }, ...previousAddress };
}

function parsed(
  changes: readonly Entry[],
  more: Partial<PlanJson> & { drift?: readonly Entry[] } = {},
  paths = new Map<string, string>(),
) {
  const { drift = [], ...rest } = more;
  return parsePlan(
    "web",
    { format_version: "1.2", resource_changes: changes.map(entry), resource_drift: drift.map(entry), ...rest },
    paths,
  );
}

const configured = (...attributes: string[]): Partial<PlanJson> => {
  const expressions = Object.fromEntries(attributes.map((attribute) => [attribute, {}]));
  return {
    configuration: { root_module: { resources: [{ mode: "managed", type: "aws_x", name: "y", expressions }] } },
  };
};

test("what stays, what is only read, and data sources are no changes", () => {
  const none = [{ actions: ["no-op"] }, { actions: ["read"] }, { actions: ["create"], mode: "data" }];
  expect(parsed(none).changes).toEqual([]);
});

test.each([
  [["create", "delete"], {}, "replace"],
  [["delete", "create"], {}, "replace"],
  [["forget"], {}, "forget"],
  [["no-op"], { previous: "aws_x.old" }, "move"],
  [["no-op"], { change: { importing: { id: "i-1" } } }, "import"],
])("%j is shown as what it is", (actions, more, action) => {
  expect(parsed([{ actions, ...more }]).changes.map((change) => change.action)).toEqual([action]);
});

test("the construct path is found for every instance of a resource", () => {
  const block = { "//": { metadata: { path: "web/Fleet/Instance" } } };
  const paths = constructPaths({ "//": { metadata: { stackName: "web" } }, resource: { aws_x: { y: block } } });
  const address = 'aws_x.y["a[0]"]';
  expect(parsed([{ actions: ["create"], address }], {}, paths).changes[0]?.constructPath).toBe("Fleet/Instance");
});

test("the attribute that forces a replacement is marked, inside lists too", () => {
  const change = { replace_paths: [["rule", 0, "name"]] };
  const [before, after] = [
    { rule: [{ name: "a" }], size: 1 },
    { rule: [{ name: "b" }], size: 2 },
  ];
  const [found] = parsed([{ actions: ["delete", "create"], before, after, change }]).changes;
  expect(found?.forcedBy).toEqual(["rule.0.name"]);
  const forcing = found?.attributes.filter(({ forcesReplacement }) => forcesReplacement);
  expect(forcing?.map(({ path }) => path[0]?.key)).toEqual(["rule", "rule"]);
});

test("a list in another order is said in one line, also beside what else changes", () => {
  const before = { rules: [{ port: 80 }, { port: 443 }], size: 1 };
  const after = { rules: [{ port: 443 }, { port: 80 }], size: 2 };
  const [found] = parsed([{ actions: ["update"], before, after }]).changes;
  expect(found?.attributes.map(({ path, note }) => [path[0]?.key, note])).toEqual([
    ["rules", "other order"],
    ["size", undefined],
  ]);
});

test("beside another change of the same list, its order says nothing more", () => {
  const before = { rules: [{ port: 80 }, { port: 443 }, { port: 1 }] };
  const after = { rules: [{ port: 443 }, { port: 80 }, { port: 2 }] };
  const [found] = parsed([{ actions: ["update"], before, after }]).changes;
  expect(found?.attributes.map(({ note }) => note)).toEqual([undefined]);
});

test("what only becomes another nothing is shown where nothing else explains the update", () => {
  const before = { description: null, size: 1, tags: {}, nested: [{ text: "" }] };
  const after = { description: "", size: 1, tags: null, nested: [{ text: null }] };
  const blanks = parsed([{ actions: ["update"], before, after }]).changes[0]?.attributes;
  expect(blanks?.map(({ path, note }) => [path.map(({ key }) => key).join("."), note])).toEqual([
    ["description", 'null → ""'],
    ["tags", "{} → null"],
    ["nested.0.text", '"" → null'],
  ]);
  const explained = parsed([{ actions: ["update"], before, after: { ...after, size: 2 } }]).changes[0]?.attributes;
  expect(explained?.map(({ path }) => path[0]?.key)).toEqual(["size"]);
});

test("a replacement that another nothing forces shows it", () => {
  const [before, after] = [{ key: null }, { key: "" }];
  const [found] = parsed([
    { actions: ["delete", "create"], before, after, change: { replace_paths: [["key"]] } },
  ]).changes;
  expect(found?.attributes.map(({ note }) => note)).toEqual(['null → ""']);
});

test("a change inside JSON text is shown at its place", () => {
  const policy = (action: string) => JSON.stringify({ Statement: [{ Sid: "Read", Action: action }] });
  const [found] = parsed([
    { actions: ["update"], before: { policy: policy("a") }, after: { policy: policy("b") } },
  ]).changes;
  expect(found?.attributes.map(({ path }) => path.map(({ key }) => key).join("/"))).toEqual([
    "policy/Statement/Read/Action",
  ]);
});

test("a tag's change is shown once, although tags_all repeats it", () => {
  const [before, after] = [
    { tags: { A: "1" }, tags_all: { A: "1" } },
    { tags: { A: "2" }, tags_all: { A: "2" } },
  ];
  expect(parsed([{ actions: ["update"], before, after }]).changes[0]?.attributes).toHaveLength(1);
});

test("a change that only undoes what happened outside says so, any other does not", () => {
  const drift = [{ actions: ["update"], before: { size: 1 }, after: { size: 2 } }];
  const undo = { actions: ["update"], before: { size: 2 }, after: { size: 1 } };
  const other = { actions: ["update"], before: { size: 2 }, after: { size: 3 } };
  expect(parsed([undo], { drift, ...configured("size") }).changes[0]?.putsBack).toBe(true);
  expect(parsed([other], { drift, ...configured("size") }).changes[0]?.putsBack).toBe(false);
  const gone = [{ actions: ["delete"], before: { size: 1 } }];
  expect(parsed([{ actions: ["create"], after: { size: 1 } }], { drift: gone }).changes[0]?.putsBack).toBe(true);
});

test("what AWS fills in by itself is no drift, what the code sets is", () => {
  const drift = [{ actions: ["update"], before: { size: 1, address: "a" }, after: { size: 2, address: "b" } }];
  const found = parsed([], { drift, ...configured("size") }).drift;
  expect(found.map(({ attributes }) => attributes.map(({ path }) => path[0]?.key))).toEqual([["size"]]);
  expect(parsed([], { drift, ...configured("other") }).drift).toEqual([]);
});

test("a plan of another major format is refused", () => {
  expect(() => parsePlan("web", { format_version: "2.0" }, new Map())).toThrow(
    /^Plan format \(2\.0\) must be 1\.x; plan with/,
  );
});

test.each([
  "aws_db_instance",
  "aws_rds_cluster",
  "aws_ebs_volume",
  "aws_efs_file_system",
  "aws_s3_bucket",
  "aws_dynamodb_table",
  "aws_ecr_repository",
  "aws_route53_zone",
  "aws_acm_certificate",
  "aws_cloudfront_distribution",
  "aws_kms_key",
  "aws_eip",
  "aws_secretsmanager_secret",
  "aws_ssm_parameter",
  "aws_elasticache_replication_group",
])("replacing or deleting %s is the worst", (type) => {
  expect(riskOf({ type, action: "replace" })).toBe("data-loss");
  expect(riskOf({ type, action: "delete" })).toBe("data-loss");
  expect(riskOf({ type, action: "update" })).toBe("change");
});

test("a certificate is handed over to a new one, or is what that left over, without a loss", () => {
  const type = "aws_acm_certificate";
  expect(riskOf({ type, action: "replace", newFirst: true })).toBe("replace-or-delete");
  expect(riskOf({ type, action: "delete", deposed: "0a1b2c3d" })).toBe("replace-or-delete");
  expect(riskOf({ type: "aws_s3_bucket", action: "replace", newFirst: true })).toBe("data-loss");
  expect(riskOf({ type: "aws_s3_bucket", action: "delete", deposed: "0a1b2c3d" })).toBe("data-loss");
});

test.each(["aws_s3_bucket_policy", "aws_db_subnet_group", "aws_eip_association", "aws_instance", "aws_kms_alias"])(
  "replacing %s loses nothing",
  (type) => expect(riskOf({ type, action: "replace" })).toBe("replace-or-delete"),
);

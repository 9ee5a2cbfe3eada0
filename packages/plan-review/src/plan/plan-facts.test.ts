import { buildReport } from "../report/build-report.ts";
import { reportBody } from "../report/render-report.ts";
import { reportOutputs } from "../report/report-counts.ts";
import { checkStatuses, deferredReasons, modes, reasons, sections, triggerEvents } from "./plan-facts.ts";
import type { JsonChange, JsonResourceChange, PlanJson } from "./plan-json.ts";

// As `internal/command/jsonplan` has them: plan.go, resource.go and action_invocations.go of Terraform 1.10 to 1.15 and OpenTofu 1.10 to 1.12.
const common = {
  sections: [
    ...["format_version", "terraform_version", "variables", "planned_values", "resource_drift", "resource_changes"],
    ...["output_changes", "prior_state", "configuration", "relevant_attributes", "checks", "timestamp", "errored"],
  ],
  actions: ["no-op", "create", "delete", "update", "create,delete", "read", "delete,create", "forget"],
  reasons: [
    ...["replace_because_cannot_update", "replace_because_tainted", "replace_by_request", "replace_by_triggers"],
    ...["delete_because_no_resource_config", "delete_because_wrong_repetition", "delete_because_count_index"],
    ...["delete_because_each_key", "delete_because_no_module", "delete_because_no_move_target"],
    ...["read_because_config_unknown", "read_because_dependency_pending", "read_because_check_nested"],
  ],
};
const terraform110 = {
  ...common,
  sections: [...common.sections, "deferred_changes", "applyable", "complete"],
  actions: [...common.actions, "create,forget"],
};
const terraform114 = {
  ...terraform110,
  sections: [...terraform110.sections, "action_invocations", "deferred_action_invocations"],
};
const tofu111 = { ...common, reasons: [...common.reasons, "delete_because_enabled_false"] };
const forgot = ["forgot_because_lifecycle_destroy_in_state", "forgot_because_lifecycle_destroy_in_config"];
const tofu112 = {
  ...tofu111,
  actions: [...common.actions, "forget,create"],
  reasons: [...tofu111.reasons, ...forgot],
};
const engines = [
  ["Terraform 1.10 to 1.13", terraform110],
  ["Terraform 1.14 and 1.15", terraform114],
  ["OpenTofu 1.10", common],
  ["OpenTofu 1.11", tofu111],
  ["OpenTofu 1.12", tofu112],
] as const;

test.each(engines)("every section, action and reason of %s is in the tables", (_, engine) => {
  expect(Object.keys(sections)).toEqual(expect.arrayContaining([...engine.sections]));
  expect(Object.keys(modes.managed ?? {})).toEqual(expect.arrayContaining([...engine.actions]));
  expect(Object.keys(reasons)).toEqual(expect.arrayContaining([...engine.reasons]));
});

test("nothing else is in the tables", () => {
  const all = (part: keyof typeof common) => [...new Set(engines.flatMap(([, engine]) => [...engine[part]]))].sort();
  expect(Object.keys(sections).sort()).toEqual(all("sections"));
  expect(Object.keys(modes.managed ?? {}).sort()).toEqual(all("actions"));
  expect(Object.keys(reasons).sort()).toEqual(all("reasons"));
});

function shown(plan: Partial<PlanJson>) {
  const where = { kind: "plan", environment: "production", head: "3d3c42e5aac5", engine: "", provider: "" } as const;
  const stack = { name: "web", status: "planned", hash: "", constructPaths: new Map() } as const;
  const report = buildReport(
    { ...where, stacks: [{ ...stack, plan: { format_version: "1.2", ...plan } }] },
    { patterns: [], names: [] },
  );
  const text = reportBody(report);
  return {
    text,
    title: text.split("\n")[0]?.replace("## Plan for `production`: ", ""),
    outputs: reportOutputs(report),
  };
}

const change = (actions: readonly string[], more: Partial<JsonChange> = {}): JsonChange => ({
  actions,
  before: { size: 1 },
  after: { size: 2 },
  ...more,
});
const entry = (actions: readonly string[], more: Partial<JsonResourceChange> = {}): JsonResourceChange => {
  return { address: "aws_x.y", mode: "managed", type: "aws_x", name: "y", change: change(actions), ...more };
};
const invocation = { address: "action.x.y", type: "x", name: "y" };
const check = (status: string) => ({ address: { to_display: "check.c" }, status: status as "fail" });

// Each section with something in it, and what the comment says of it.
const contents: { readonly [section: string]: readonly [Partial<PlanJson>, RegExp] } = {
  resource_changes: [{ resource_changes: [entry(["create"])] }, /aws_x\.y/],
  resource_drift: [{ resource_drift: [entry(["update"])] }, /⚠ aws_x\.y/],
  output_changes: [{ output_changes: { url: change(["update"]) } }, /Outputs in/],
  checks: [{ checks: [check("fail")] }, /`check\.c` .* fails/],
  deferred_changes: [{ deferred_changes: [{ reason: "unknown", resource_change: entry(["create"]) }] }, /not complete/],
  deferred_action_invocations: [
    { deferred_action_invocations: [{ reason: "unknown", action_invocation: invocation }] },
    /not complete/,
  ],
  action_invocations: [{ action_invocations: [invocation] }, /▶ action\.x\.y/],
  applyable: [{ applyable: false, resource_changes: [entry(["create"])] }, /not complete/],
  complete: [{ complete: false }, /not complete/],
  errored: [{ errored: true }, /not complete/],
};

test.each(Object.entries(sections))("the section %s, with something in it: %s", (section, kind) => {
  if (kind === "shown") {
    const [plan, words] = contents[section] ?? [{}, /^no such content/];
    expect(shown(plan).text).toMatch(words);
    expect(shown(plan).title).not.toBe("no changes");
  } else {
    const plan = section === "format_version" ? {} : { [section]: section.endsWith("version") ? "1.14.0" : { a: {} } };
    expect(shown(plan).title).toBe("no changes");
  }
});

const titles: { readonly [actions: string]: string } = {
  "no-op": "no changes",
  read: "no changes",
  create: "1 to add",
  update: "1 to change",
  delete: "**1 to destroy**",
  forget: "1 to forget",
  "delete,create": "**1 to replace**",
  "create,delete": "**1 to replace**",
  "create,forget": "**1 to replace**",
  "forget,create": "**1 to replace**",
};

test.each(Object.keys(modes.managed ?? {}))(
  "the action %s of a managed resource is counted as what it is",
  (actions) => {
    const { title, outputs } = shown({ resource_changes: [entry(actions.split(","), { type: "aws_s3_bucket" })] });
    expect(title).toBe(titles[actions]);
    expect(outputs.risk === "data-loss").toBe(actions.includes("delete"));
  },
);

test.each(
  Object.entries(modes).flatMap(([mode, actions]) => Object.keys(actions).map((action) => [mode, action] as const)),
)("in mode %s, %s is known; in an unknown mode it is not", (mode, actions) => {
  expect(shown({ resource_changes: [entry(actions.split(","), { mode })] }).title).not.toContain("not understood");
  const unknown = shown({ resource_changes: [entry(actions.split(","), { mode: "quantum" })] });
  expect(unknown.title).toBe("1 to change, **1 not understood**");
  expect(unknown.text).toContain(`not understood: ${actions.replace(",", ", ")} (quantum)`);
});

test.each([["managed"], ["data"], ["ephemeral"]])("what no table knows is shown in mode %s", (mode) => {
  for (const actions of [["wobble"], ["delete", "update"], ["create", "delete", "create"], []]) {
    const { text, outputs } = shown({ resource_changes: [entry(actions, { mode })] });
    expect(text).toContain(`not understood: ${actions.join(", ") || "no action"}`);
    expect(outputs).toMatchObject({ "to-change": "1", risk: "replace-or-delete" });
  }
});

test.each([...Object.entries(reasons), ["because_of_the_moon", "because_of_the_moon"]])(
  "the reason %s has words: %s",
  (reason, words) => {
    const verb = reason.split("_")[0] ?? "";
    const actions = { replace: ["delete", "create"], delete: ["delete"], read: ["read"], forgot: ["forget"] }[verb];
    const { text } = shown({ resource_changes: [entry(actions ?? ["update"], { action_reason: reason })] });
    expect(text).toContain(`· ${words}`);
  },
);

test.each(Object.entries(deferredReasons))("what is put off says why: %s", (reason, words) => {
  const { text } = shown({ deferred_changes: [{ reason, resource_change: entry(["create"]) }] });
  expect(text).toContain(`aws_x.y (create) is put off: ${words}`);
});

test.each(Object.entries(triggerEvents))("an action says what starts it: %s", (event, [when, what]) => {
  const lifecycle_action_trigger = { triggering_resource_address: "aws_x.y", action_trigger_event: event };
  const { text } = shown({ action_invocations: [{ ...invocation, lifecycle_action_trigger }] });
  expect(text).toContain(`▶ action.x.y · ${when} aws_x.y ${what}`);
});

test.each([...Object.entries(checkStatuses), ["skipped", 'is "skipped", which is not known here']])(
  "a check whose status is %s",
  (status, words) => {
    const { title, text } = shown({ checks: [check(status)] });
    expect(title).toBe(words === undefined ? "no changes" : "no changes, **1 check does not pass**");
    if (words !== undefined) expect(text).toContain(words);
  },
);

import type { Finding } from "./finding.ts";
import type { MainRule } from "./read-main-rules.ts";

/** Whether main takes nothing that was not reviewed and checked, from nobody. `check` is the check that must pass. */
export function judgeMain(rules: readonly MainRule[], check: string): Finding {
  const missing = missingIn(rules, check);
  if (missing.length > 0) {
    return {
      state: "bad",
      what: `main must be protected; a ruleset must still ask for: ${missing.join(", ")}`,
      how: "Settings → Rules → New branch ruleset: target main (classic branch protection is not looked at)",
    };
  }
  // What two rulesets ask for still holds where one of them may be gone round.
  const open = missingIn(
    rules.filter(({ bypass }) => bypass === undefined || bypass.length === 0),
    check,
  );
  if (open.length > 0) {
    const who = rules.flatMap(({ ruleset, bypass = [] }) => bypass.map((each) => `${each} of ruleset ${ruleset}`));
    return {
      state: "bad",
      what: `the rules of main must bind everybody; ${[...new Set(who)].join(", ")} may go round: ${open.join(", ")}`,
      how: "Settings → Rules → the ruleset: empty its bypass list",
    };
  }
  const sure = missingIn(
    rules.filter(({ bypass }) => bypass?.length === 0),
    check,
  );
  if (sure.length > 0) {
    return {
      state: "unknown",
      what: "who may go round the rules of main",
      why: "not seen: GitHub shows it to those alone who may change the ruleset; there are rules for all that main needs",
    };
  }
  return { state: "good", what: "main takes reviewed and checked pull requests only, from everybody" };
}

function missingIn(rules: readonly MainRule[], check: string): readonly string[] {
  const pulls = rules.filter(({ type }) => type === "pull_request").map(({ parameters = {} }) => parameters);
  const checks = rules.flatMap(({ type, parameters }) =>
    type === "required_status_checks"
      ? ((parameters?.required_status_checks ?? []) as { context: string }[]).map(({ context }) => context)
      : [],
  );
  return [
    ...(pulls.some((each) => Number(each.required_approving_review_count) > 0) ? [] : ["an approved pull request"]),
    ...(pulls.some((each) => each.require_code_owner_review === true) ? [] : ["a review by code owners"]),
    // Each push brings a new plan: an approval of the one before is none of this.
    ...(pulls.some((each) => each.dismiss_stale_reviews_on_push === true) ? [] : ["a new approval after each push"]),
    ...(checks.includes(check) ? [] : [`the check "${check}"`]),
    ...(rules.some(({ type }) => type === "non_fast_forward") ? [] : ["no force push"]),
    ...(rules.some(({ type }) => type === "deletion") ? [] : ["no deletion"]),
  ];
}

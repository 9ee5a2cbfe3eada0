import type { Json, PlanJson } from "../plan/plan-json.ts";
import { destructiveAddresses } from "../plan/risk.ts";
import { type Change, planWith, resource } from "../testing/plan-with.ts";
import { buildReport } from "./build-report.ts";
import { reportBody } from "./render-report.ts";
import { reportSchema } from "./report-schema.ts";

const gone: Change = { actions: ["delete"], before: { id: "x" } };

function shown(address: string, change: Change, deposed?: string, state: { readonly [name: string]: Json } = {}) {
  const plan: PlanJson = {
    ...planWith([resource(address, change, deposed === undefined ? {} : { deposed })]),
    prior_state: { values: { root_module: { resources: [{ address, values: state }] } } },
  };
  const where = { kind: "plan", environment: "production", head: "3d3c42e5aac5", engine: "", provider: "" } as const;
  const stack = { name: "dns", status: "planned", hash: "", constructPaths: new Map(), plan } as const;
  const built = buildReport({ ...where, stacks: [stack] }, { patterns: [], names: [] });
  // As another job reads it.
  return { text: reportBody(reportSchema.parse(JSON.parse(JSON.stringify(built)))), lost: destructiveAddresses(plan) };
}

test.each([
  ["aws_route53_zone.com", "Every name of the domain stops answering, mail included,"],
  ["aws_acm_certificate.web", "Where it is in use, HTTPS stops:"],
  ["aws_s3_bucket.files", "Its objects go with it, earlier versions too:"],
  ["aws_cloudfront_distribution.static", "Its names stop answering:"],
])("%s that goes says what stops working, and needs to be allowed", (address, words) => {
  for (const actions of [["delete"], ["delete", "create"]]) {
    const { text, lost } = shown(address, { ...gone, actions, after: actions.length > 1 ? { id: "y" } : null });
    const fate = actions.length > 1 ? "replaced" : "destroyed";
    expect(text).toContain(`> - \`${address}\` (stack \`dns\`) will be **${fate}**. ${words}`);
    expect(lost).toEqual([address]);
  }
});

test("what says enough by its name has no sentence more", () => {
  expect(shown("aws_db_instance.main", gone).text).toContain("will be **destroyed**.\n");
});

test("what a replacement left over takes nothing with it but itself", () => {
  const { text } = shown("aws_route53_zone.com", gone, "0a1b2c3d");
  expect(text).toContain("left over, `0a1b2c3d`, (stack `dns`) will be **destroyed**.\n");
});

test("a certificate that nothing serves any more can go, and what AWS does not say is taken for served", () => {
  const address = "aws_acm_certificate.web";
  const unused = shown(address, gone, undefined, { renewal_eligibility: "INELIGIBLE" });
  expect(unused.text).not.toContain("HTTPS stops");
  expect(unused.lost).toEqual([]);
  for (const state of [{ renewal_eligibility: "ELIGIBLE" }, {}]) {
    const served = shown(address, gone, undefined, state);
    expect(served.text).toContain("HTTPS stops");
    expect(served.lost).toEqual([address]);
  }
  expect(shown("aws_s3_bucket.files", gone, undefined, { renewal_eligibility: "INELIGIBLE" }).lost).toHaveLength(1);
});

test("a certificate that a new one takes the place of first is no danger, and its names are shown where it goes", () => {
  const replaced = { actions: ["create", "delete"], before: { id: "x" }, after: { id: "y" } };
  const { text, lost } = shown("aws_acm_certificate.web", replaced);
  expect(text).not.toContain("HTTPS stops");
  expect(lost).toEqual([]);
  expect(shown("aws_acm_certificate.web", gone, "0a1b2c3d").lost).toEqual([]);
  const named = { ...gone, before: { arn: "arn", domain_name: "www.example.com" } };
  expect(shown("aws_acm_certificate.web", named).text).toContain('- domain_name = "www.example.com"');
  const distribution = { ...gone, before: { aliases: ["static.example.com"], comment: "shop" } };
  expect(shown("aws_cloudfront_distribution.static", distribution).text).toContain(
    '- aliases = ["static.example.com"]',
  );
});

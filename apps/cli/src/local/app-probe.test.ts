import { probeReport } from "./probe-report.ts";

const probe = (title: string, sent: number, failed: number, perSecond = 25, examples: string[] = []) => ({
  title,
  count: { sent, failed, perSecond, examples },
});

test("all requests answered is no failure, and the sums are told", () => {
  const report = probeReport([probe("Deploy", 100, 0), probe("Rollback", 50, 0)]);
  expect(report.failure).toBeUndefined();
  expect(report.line).toMatch(/All +150 +0/);
});

test("one failed request fails the run and is told with its time", () => {
  const report = probeReport([probe("Rollback", 100, 1, 25, ["3.2 s: 502"])]);
  expect(report.failure?.message).toBe(
    "1 of 100 requests failed during deployments, and none must: Rollback at 3.2 s: 502.",
  );
});

test("fewer than 20 requests a second prove nothing", () => {
  expect(probeReport([probe("Deploy", 100, 0, 12)]).failure?.message).toContain("at least 20 requests a second");
});

test("a deployment with nothing to do is too short to be judged by its rate", () => {
  expect(probeReport([probe("Deploy", 3, 0, 4)]).failure).toBeUndefined();
});

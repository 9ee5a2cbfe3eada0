import { duration, pause, pollDelay } from "./time.ts";

test("durations are read at a glance", () => {
  expect([duration(9_400), duration(252_000), duration(-5)]).toEqual(["9 s", "4 m 12 s", "0 s"]);
});

test("what ends soon is looked at every second, what takes long as often as was asked for", () => {
  expect([0, 3_000, 8_000, 60_000].map((elapsed) => pollDelay(elapsed, 5))).toEqual([1000, 1000, 2000, 5000]);
  expect(pollDelay(60_000, 0.5)).toBe(500);
});

test("a pause ends with the signal", async () => {
  const controller = new AbortController();
  const start = Date.now();
  setTimeout(() => controller.abort(), 20);
  await pause(10_000, controller.signal);
  expect(Date.now() - start).toBeLessThan(2_000);
});

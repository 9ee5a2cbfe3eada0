import { tortureRounds } from "./torture-rounds.ts";

test("a seed always gives the same rounds, another seed others", () => {
  expect(tortureRounds(6, 42)).toEqual(tortureRounds(6, 42));
  expect(tortureRounds(6, 42)).not.toEqual(tortureRounds(6, 43));
});

test("more rounds of a seed begin with those of fewer", () => {
  expect(tortureRounds(8, 7).slice(0, 3)).toEqual(tortureRounds(3, 7));
});

test("twelve rounds pair every beginning with every choice of victims", () => {
  const pairs = tortureRounds(12, 1).map(({ beginning, victims }) => `${beginning}: ${victims.join()}`);
  expect(new Set(pairs).size).toBe(12);
});

test.each([1, 2, 3, 4, 5])("seed %i kills between 5 and 120 seconds, and within the drill when all is up", (seed) => {
  for (const { beginning, killAfterSeconds } of tortureRounds(20, seed)) {
    expect(killAfterSeconds).toBeGreaterThanOrEqual(5);
    expect(killAfterSeconds).toBeLessThanOrEqual(beginning === "all up" ? 60 : 120);
  }
});

import { phaseBegins, phaseRounds, phases, tortureRounds } from "./torture-rounds.ts";

const anyMoment = (count: number, seed: number) =>
  tortureRounds(2 * count, seed).filter(({ phase }) => phase === undefined);

test("a seed always gives the same rounds, another seed others", () => {
  expect(tortureRounds(6, 42)).toEqual(tortureRounds(6, 42));
  expect(tortureRounds(6, 42)).not.toEqual(tortureRounds(6, 43));
});

test("more rounds of a seed begin with those of fewer", () => {
  expect(tortureRounds(8, 7).slice(0, 3)).toEqual(tortureRounds(3, 7));
});

test("twelve rounds at any moment pair every beginning with every choice of victims", () => {
  const pairs = anyMoment(12, 1).map(({ beginning, victims }) => `${beginning}: ${victims.join()}`);
  expect(new Set(pairs).size).toBe(12);
});

test("ten rounds kill once in every phase, with all choices of victims, and never where nothing is applied", () => {
  const rounds = tortureRounds(10, 5).filter(({ phase }) => phase !== undefined);
  expect(rounds.map(({ phase }) => phase)).toEqual(phases);
  expect(new Set(rounds.map(({ victims }) => victims.join())).size).toBe(4);
  expect(rounds.map(({ beginning }) => beginning)).not.toContain("all up");
});

test("chosen phases take turns", () => {
  const rounds = phaseRounds(3, 5, ["certificates", "publishing"]);
  expect(rounds.map(({ phase }) => phase)).toEqual(["certificates", "publishing", "certificates"]);
  for (const { killAfterSeconds } of rounds) expect(killAfterSeconds).toBeLessThanOrEqual(34);
});

test.each([
  ["certificates", "› certificates: 7 to add, 0 to change, 0 to destroy; applying"],
  [
    "http-api",
    "› http-api: 21 to add, 0 to change, 0 to destroy; 3 left by an interrupted apply are imported; applying",
  ],
  ["publishing", "❯ Static files"],
] as const)("%s begins with a line of the loop", (phase, line) => {
  const output = `❯ Image and stacks\n› service: planned, because never applied\n${line}\n`;
  expect(Object.entries(phaseBegins).filter(([, begins]) => begins.test(output))).toEqual([
    [phase, phaseBegins[phase]],
  ]);
});

test.each([1, 2, 3, 4, 5])("seed %i kills between 5 and 120 seconds, and within the drill when all is up", (seed) => {
  for (const { beginning, killAfterSeconds } of anyMoment(20, seed)) {
    expect(killAfterSeconds).toBeGreaterThanOrEqual(5);
    expect(killAfterSeconds).toBeLessThanOrEqual(beginning === "all up" ? 60 : 120);
  }
});

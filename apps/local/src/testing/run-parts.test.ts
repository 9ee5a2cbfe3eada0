import { runParts } from "./run-parts.ts";

const signal = new AbortController().signal;
const fine = { passed: 1, failed: 0, report: "" };

test("a part that throws has failed, and the next one still runs", async () => {
  const lines: string[] = [];
  const broken = { title: "broken", run: () => Promise.reject(new Error("no docker")) };
  const records = await runParts([[broken, { title: "next", run: async () => fine }]], {
    signal,
    line: (text) => lines.push(text),
  });
  expect(records.map(({ title, passed, failed }) => ({ title, passed, failed }))).toEqual([
    { title: "broken", passed: 0, failed: 1 },
    { title: "next", passed: 1, failed: 0 },
  ]);
  expect(lines).toContain("  │ no docker");
});

test("lanes run side by side", async () => {
  const order: string[] = [];
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const waiting = { title: "waiting", run: () => gate.then(() => order.push("waiting")).then(() => fine) };
  const quick = {
    title: "quick",
    run: async () => {
      order.push("quick");
      release();
      return fine;
    },
  };
  await runParts([[waiting], [quick]], { signal, line: () => {} });
  expect(order).toEqual(["quick", "waiting"]);
});

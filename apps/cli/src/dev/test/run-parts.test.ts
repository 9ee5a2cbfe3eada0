import { type PartRecord, runParts } from "./run-parts.ts";

const signal = new AbortController().signal;
const fine = { passed: 1, failed: 0, report: "" };

test("a part that throws has failed, and the next one still runs", async () => {
  const lines: string[] = [];
  const broken = { name: "broken", title: "broken", run: () => Promise.reject(new Error("no docker")) };
  const records = await runParts([[broken, { name: "next", title: "next", run: async () => fine }]], {
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
  const waiting = {
    name: "waiting",
    title: "waiting",
    run: () => gate.then(() => order.push("waiting")).then(() => fine),
  };
  const quick = {
    name: "quick",
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

test("an interruption makes a failure of each part that it cuts short, and starts no other", async () => {
  const controller = new AbortController();
  const ended: string[] = [];
  const cut = (name: string) => ({
    name,
    title: name,
    run: () => new Promise<typeof fine>((resolve) => controller.signal.addEventListener("abort", () => resolve(fine))),
  });
  const interrupting = {
    name: "interrupting",
    title: "interrupting",
    run: () => {
      controller.abort(new Error("stopped by SIGINT"));
      return Promise.reject(controller.signal.reason);
    },
  };
  const short = { name: "short", title: "short", run: async () => fine };
  const records = await runParts(
    [
      [cut("waiting"), short],
      [short, interrupting, short],
    ],
    { signal: controller.signal, line: () => {}, onEnd: ({ name }: PartRecord) => ended.push(name) },
  );
  expect(records.map(({ name, failed, report }) => [name, failed, report])).toEqual([
    ["short", 0, ""],
    ["waiting", 1, "cut short"],
    ["interrupting", 1, "stopped by SIGINT"],
  ]);
  expect(ended).toEqual(["short"]);
});

import { partReporter, type Reporter, type Step } from "./reporter.ts";

test("steps within a part are lines of it, and what they show is shown with it", async () => {
  const printed: string[] = [];
  const shown: string[] = [];
  const part: Step = { print: (line) => printed.push(line), markdown: (text) => shown.push(text), result: () => {} };
  const outer = { records: [], current: "Side by side" } as unknown as Reporter;
  const reporter = partReporter(outer, part);
  const value = await reporter.step("Rollback", async (step) => {
    step.print("asked");
    step.markdown("# Done");
    step.result("back at 4");
    return 7;
  });
  expect([value, printed, shown, reporter.current]).toEqual([
    7,
    ["asked", "Rollback: back at 4 [0s]"],
    ["# Done"],
    "Side by side",
  ]);
});

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "@slipway/core";
import { createReporter, partReporter, type Reporter, type Step } from "./reporter.ts";

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

describe("parts side by side", () => {
  const failing = (...errors: readonly Error[]) => {
    for (const stream of [process.stdout, process.stderr]) jest.spyOn(stream, "write").mockReturnValue(true);
    const parts = errors.map((error, index) => ({ title: String(index), work: () => Promise.reject(error) }));
    return createReporter(mkdtempSync(join(tmpdir(), "reporter-"))).together("Machine", parts);
  };
  afterEach(() => jest.restoreAllMocks());

  test("all that is missing is said at once", async () => {
    const terraform = new Failure("terraform must be installed", "install it");
    const image = new Failure("every base image must be pullable", "connect");
    await expect(failing(terraform, image)).rejects.toThrow(
      "terraform must be installed; install it.\nevery base image must be pullable; connect.",
    );
  });

  test("a defect is thrown as it is", async () => {
    const defect = new Error("x is not a function");
    await expect(failing(defect, new Failure("a", "b"))).rejects.toBe(defect);
  });
});

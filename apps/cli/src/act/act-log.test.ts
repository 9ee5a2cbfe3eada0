import { actLog } from "./act-log.ts";

const line = (values: Record<string, unknown>) =>
  JSON.stringify({ job: "Plan/one ", jobID: "one", level: "info", matrix: {}, ...values });

function read(...lines: readonly string[]) {
  let time = 0;
  const log = actLog(() => time++);
  return { shown: lines.map((text) => log.take(text)?.text), ...log.record() };
}

test("jobs, their steps and how they ended are read", () => {
  const { jobs } = read(
    line({ msg: "⭐ Run Set up job" }),
    line({
      msg: "x",
      step: "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1",
      stage: "Pre",
      stepID: ["0"],
      stepResult: "success",
    }),
    line({
      msg: "x",
      step: "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1",
      stage: "Main",
      stepID: ["0"],
      stepResult: "success",
      executionTime: 2e9,
    }),
    line({ msg: "x", step: "inner", stage: "Main", stepID: ["1", "inner"], stepResult: "success" }),
    line({ msg: "x", step: "echo a\necho b", stage: "Main", stepID: ["1"], stepResult: "failure", executionTime: 5e8 }),
    line({ msg: "🏁  Job failed", jobResult: "failure" }),
    line({ job: "Plan/two", jobID: "two", msg: "cut off" }),
  );
  expect(jobs.map(({ name, result }) => [name, result])).toEqual([
    ["Plan/one", "failure"],
    ["Plan/two", "cancelled"],
  ]);
  expect(jobs[0]?.steps).toEqual([
    { title: "actions/checkout", result: "success", seconds: 2 },
    { title: "echo a", result: "failure", seconds: 0.5 },
  ]);
});

test("summaries and errors are those that the log shows, with what is masked there", () => {
  const { summaries, errors, outputs, shown } = read(
    line({ command: "summary", msg: "  ⚙  Summary - inner\n", stepID: ["1", "inner"] }),
    line({ command: "summary", msg: "  ⚙  Summary - inner\n", stepID: ["1"] }),
    line({ command: "summary", content: "# key hush", msg: "  ⚙  Summary - # key ***\n- a - b\n" }),
    line({ command: "error", raw: "::error title=x::bad%0Ahush\n", msg: "  ❗  ::error title=x::bad%0A***\n" }),
    line({
      command: "error::role",
      raw: "::error::role arn:aws:iam::1:role/x\n",
      msg: "  ❓  ::error::role arn:aws:iam::1:role/x\n",
    }),
    line({ command: "set-output", name: "key", arg: "hush=1", msg: "  ⚙  ::set-output:: key=***=1", stepID: ["s"] }),
    line({ raw_output: true, msg: "hello\r\n" }),
    "Error: Job 'one' failed",
  );
  expect(summaries.map(({ markdown }) => markdown)).toEqual(["inner\n", "# key ***\n- a - b\n"]);
  expect(errors.map(({ text }) => text)).toEqual(["bad\n***", "role arn:aws:iam::1:role/x"]);
  expect(outputs).toEqual([{ job: "Plan/one", name: "key", value: "***=1" }]);
  expect(shown).toEqual([
    undefined,
    undefined,
    undefined,
    "error: bad\n***",
    "error: role arn:aws:iam::1:role/x",
    undefined,
    "hello",
    "Error: Job 'one' failed",
  ]);
});

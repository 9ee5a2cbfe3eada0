import { compareContainers } from "./compare-containers.ts";

const arn = (id: string) => `arn:aws:ecs:ap-northeast-2:000000000000:task/app/${id}`;
const running = new Set([arn("a"), arn("b")]);
const web = (id: string) => ({ name: `web-${id}`, task: arn(id) });

test("one container per running task is as it must be, also two containers of one task", () => {
  const containers = [web("a"), web("b"), { name: "sidecar-b", task: arn("b") }];
  expect(compareContainers({ containers, runningTasks: running, earlier: [] })).toEqual([]);
});

test.each([
  ["an orphan", [web("a"), web("b"), web("c")], [], "container web-c belongs to no running task"],
  ["a task that only seems to run", [web("a")], [], "task b runs without a container"],
  [
    "one left by a local AWS before",
    [web("a"), web("b")],
    ["0123456789abcdef"],
    "container 0123456789ab is of an earlier local AWS",
  ],
])("%s is told", (_what, containers, earlier, words) => {
  expect(compareContainers({ containers, runningTasks: running, earlier })).toEqual([words]);
});

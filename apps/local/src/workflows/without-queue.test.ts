import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { readWorkflows } from "./read-workflows.ts";
import { withoutQueue } from "./without-queue.ts";

const root = join(__dirname, "../../../..");

test.each([...readWorkflows(root).keys()])(
  "%s is run as it is, but for the queues of its concurrency groups",
  (file) => {
    const text = readFileSync(join(root, ".github/workflows", file), "utf8");
    const drop = (key: string, value: unknown) => (key === "queue" ? undefined : value);
    expect(parse(withoutQueue(text))).toEqual(JSON.parse(JSON.stringify(parse(text), drop)));
  },
);

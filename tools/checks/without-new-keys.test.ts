import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { withoutNewKeys } from "../../apps/cli/src/act/checkout.ts";
import { readWorkflows } from "../../apps/cli/src/act/workflow.ts";

const root = join(__dirname, "../..");

test.each([...readWorkflows(root).keys()])(
  "%s is run as it is, but for keys that act does not know and that change nothing in what it does",
  (file) => {
    const text = readFileSync(join(root, ".github/workflows", file), "utf8");
    const drop = (key: string, value: unknown) => (key === "queue" || key === "deployment" ? undefined : value);
    expect(parse(withoutNewKeys(text))).toEqual(JSON.parse(JSON.stringify(parse(text), drop)));
  },
);

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environment, environmentKeys } from "./environments.ts";
import { stacksOf } from "./testing/stacks-of.ts";
import { withDomain } from "./testing/with-domain.ts";

// biome-ignore lint/style/noProcessEnv: jest takes no flags of ours; this one rewrites the goldens.
const update = process.env.UPDATE_GOLDEN === "1";

const cases = [
  ...environmentKeys.map((key) => [key, join(__dirname, "..", "golden", key), environment(key)] as const),
  // No environment of ours has a domain yet; apart from theirs, because whoever copies this project has others.
  ["with-domain", join(__dirname, "testing", "golden", "with-domain"), withDomain] as const,
];

describe.each(cases)("%s", (_key, folder, found) => {
  const texts = new Map(
    Object.entries(stacksOf(found)).map(([stack, { json }]) => [
      `${stack}.tf.json`,
      `${JSON.stringify(json, null, 2)}\n`,
    ]),
  );
  if (update) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [file, text] of texts) writeFileSync(join(folder, file), text);
  }

  test("has a golden for each stack and no other", () => {
    expect(readdirSync(folder).sort()).toEqual([...texts.keys()]);
  });

  test.each([...texts])("%s is what its golden says (UPDATE_GOLDEN=1 rewrites it)", (file, text) => {
    expect(JSON.parse(text)).toEqual(JSON.parse(readFileSync(join(folder, file), "utf8")));
  });
});

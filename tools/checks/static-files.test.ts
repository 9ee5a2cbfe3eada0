import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { checkEnvironments } from "../../apps/infra/src/check-environments.ts";
import { inputWithDomain } from "../../apps/infra/src/testing/with-domain.ts";
import { root } from "./source-files.ts";

const page = readFileSync(join(root, "docs/static-files.md"), "utf8");
const blocks = [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].map(([, language, text = ""]) => ({ language, text }));

test("the settings of the page are taken by environments.ts as they stand", () => {
  const settings = blocks.filter(({ language }) => language === "ts");
  expect(settings).toHaveLength(1);
  const { domain, services: said } = runInNewContext(`({${settings[0]?.text}}).production`);
  const { api: _, ...input } = inputWithDomain;
  const services = { web: { ...input.services.web, ...said.web } };
  const found = checkEnvironments({ "with-domain": { ...input, domain, services } }).get("with-domain");
  expect(found?.domain).toMatchObject({ static: "static.example.com" });
  expect(found?.services.web).toMatchObject({ media: "bucket", environment: { STATIC_URL: "{static-site}" } });
});

test("its other blocks are Python, which the test of uploads executes", () => {
  const others = blocks.filter(({ language }) => language !== "ts");
  expect(others.map(({ language }) => language)).toEqual(["python", "python"]);
  const executing = readFileSync(join(root, "apps/cli/src/local/uploads.e2e.test.ts"), "utf8");
  expect(executing).toContain("docs/static-files.md");
});

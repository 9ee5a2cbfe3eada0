import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readWorkspace } from "@slipway/local-aws";
import type { App } from "./app.ts";
import { projectFolder } from "./project-folder.ts";

const app = (folder: string) => ({ own: false, project: "shop", folder }) as App;

test("two projects whose folders have one name do not share their state", () => {
  const workspace = readWorkspace("/repo", { SLIPWAY_HOME: mkdtempSync(join(tmpdir(), "projects-")) });
  expect(projectFolder(workspace, app("/a/shop"))).toBe(workspace.path("apps", "shop"));
  expect(projectFolder(workspace, app("/a/shop"))).toBe(workspace.path("apps", "shop"));
  expect(() => projectFolder(workspace, app("/b/shop"))).toThrow(
    "--app (/b/shop) must not have the same short name (shop) as /a/shop; rename one of the folders",
  );
});

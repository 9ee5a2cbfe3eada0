import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSlipwayHome } from "@slipway/local-aws";
import { openScenarioRepository } from "./repository.ts";

let root: string;

beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), "project-")), "ours");
  mkdirSync(join(root, "node_modules/left"), { recursive: true });
  writeFileSync(join(root, ".gitignore"), "node_modules/\nlogs/\n");
  mkdirSync(join(root, "logs"));
  writeFileSync(join(root, "logs/run"), "ignored");
  writeFileSync(join(root, "zones"), "a\nb\n\n\n\n\nend\n");
});
afterEach(() => rmSync(join(root, ".."), { recursive: true }));

const open = (folder = ".home") => {
  const home = readSlipwayHome(root, { SLIPWAY_HOME: folder });
  return openScenarioRepository(home, home.path("scenario"));
};
const git = (...args: string[]) => execFileSync("git", ["-C", root, ...args], { encoding: "utf8" });

test("it holds what is on disk, uncommitted files too, and leaves the user's repository as it was", async () => {
  git("init", "--quiet");
  const before = readdirSync(join(root, ".git"), { recursive: true }).sort();
  const { folder, fresh } = await open();
  expect(fresh).toBe(true);
  expect(readdirSync(folder).sort()).toEqual([".git", ".gitignore", "node_modules", "zones"]);
  expect(existsSync(join(folder, "node_modules/left"))).toBe(true);
  expect(readdirSync(join(root, ".git"), { recursive: true }).sort()).toEqual(before);
});

test("a folder that is no git repository will do", async () => {
  expect((await open()).fresh).toBe(true);
});

test("another project has a folder of its own in it, without what its git ignores, and is in environments.ts", async () => {
  mkdirSync(join(root, "apps/infra/src"), { recursive: true });
  writeFileSync(
    join(root, "apps/infra/src/environments.ts"),
    'const project = "ours";\nconst github = {};\n  app: { folder: "apps/web" },\nfunction web(name: string) {\n}\n',
  );
  const theirs = join(root, "../theirs", "zones");
  mkdirSync(join(theirs, ".git"), { recursive: true });
  for (const [name, text] of Object.entries({
    Dockerfile: "FROM x\n",
    ".gitignore": "*.sqlite3\n",
    "db.sqlite3": "rows",
  }))
    writeFileSync(join(theirs, name), text);
  const other = {
    project: "shop",
    folder: theirs,
    dockerfile: join(theirs, "Dockerfile"),
    target: undefined,
    containerName: "app",
    port: 9000,
    healthPath: "/up",
    versionPath: "",
    command: undefined,
    workers: [],
    buildArgs: {},
    secrets: {},
    emptyVariables: [],
  };
  const home = readSlipwayHome(root, { SLIPWAY_HOME: ".home" });
  const open = (complete: () => Promise<void>, port = 9000) =>
    openScenarioRepository(home, home.path("shop"), { other: { ...other, port }, complete });
  await expect(open(() => Promise.reject(new Error("stopped")))).rejects.toThrow("stopped");
  const first = await open(async () => writeFileSync(join(home.path("shop"), "derived"), "of it"));
  // "zones" is a file of ours.
  expect(readdirSync(join(first.folder, "zones-app")).sort()).toEqual([".gitignore", "Dockerfile"]);
  expect(readFileSync(join(first.folder, "apps/infra/src/environments.ts"), "utf8")).toContain('folder: "zones-app"');
  expect([first.fresh, await first.sha("refs/story/source")]).toEqual([true, await first.sha("main~1")]);
  await first.commit("zones-app/Dockerfile", (text) => `${text}RUN false\n`, "Break it");
  const never = () => Promise.reject(new Error("nothing was edited"));
  const again = await open(never);
  expect([again.fresh, await again.restore("zones-app"), await again.restore("zones-app")]).toEqual([
    false,
    true,
    false,
  ]);
  expect((await open(async () => undefined, 9001)).fresh).toBe(true);
});

test("main stays as the last scenario left it until the user edits something", async () => {
  const first = await open();
  await first.branch("change");
  await first.commit("zones", (text) => `${text}more\n`, "More");
  const merged = await first.squash("change", "More (#1)");
  const second = await open();
  expect([second.fresh, await second.sha("main")]).toEqual([false, merged]);
  writeFileSync(join(root, "zones"), "c\n");
  const third = await open();
  expect([third.fresh, readFileSync(join(third.folder, "zones"), "utf8")]).toEqual([true, "c\n"]);
});

test("two pull requests that change different lines merge one after the other, each as one commit", async () => {
  const repository = await open();
  await repository.branch("first");
  await repository.commit("zones", (text) => text.replace("a", "A"), "A");
  await repository.branch("second");
  await repository.commit("zones", (text) => text.replace("end", "END"), "End");
  await repository.commit("zones", (text) => text.replace("END", "The end"), "The end");
  const [base, head] = [await repository.sha("main"), await repository.sha("second")];
  const merge = await repository.mergeRef("second");
  expect(await repository.sha(`${merge}^1`)).toBe(base);
  expect(await repository.sha(`${merge}^2`)).toBe(head);
  await repository.squash("first", "First (#1)");
  const second = await repository.squash("second", "Second (#2)");
  expect(await repository.sha(`${second}~2`)).toBe(base);
  expect(readFileSync(join(repository.folder, "zones"), "utf8")).toBe("A\nb\n\n\n\n\nThe end\n");
});

test("a change that changes nothing is reported", async () => {
  const repository = await open();
  await repository.branch("change");
  await expect(repository.commit("zones", (text) => text, "Nothing")).rejects.toThrow("“Nothing” must change zones");
});

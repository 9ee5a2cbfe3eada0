import { createHash } from "node:crypto";
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

// Copied out of the repository when it runs: Node's own modules only.
const { NAME, PATHS, IF_NONE, HIDDEN, OVERWRITE, RUN_ID, LOCAL_RUNNER_ARTIFACTS, GITHUB_OUTPUT } = process.env;

function fail(sentence) {
  console.log(`::error::${sentence}`);
  // act does not read what is still on its way when a process fails.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  process.exit(1);
}

const filesOf = (path) =>
  statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true })
        .map((name) => join(path, name))
        .filter((file) => statSync(file).isFile())
    : [path];

const hidden = (file) =>
  relative(".", file)
    .split("/")
    .some((part) => part.startsWith(".") && !/^\.+$/.test(part));

if (!/^[^\\/:"<>|*?\r\n]+$/.test(NAME)) fail(`name (${NAME}) must have none of \\ / : " < > | * ?.`);
const paths = PATHS.split("\n")
  .map((line) => line.trim())
  .filter((line) => line !== "");
const pattern = paths.find((path) => /[*?![]/.test(path));
if (pattern !== undefined) fail(`path (${pattern}) must be a file or a folder; a local run knows no patterns.`);

const present = paths.map((path) => resolve(path)).filter((path) => existsSync(path));
const files = present.flatMap(filesOf).filter((file) => HIDDEN === "true" || !hidden(file));
if (files.length === 0) {
  const sentence = `No files were found with the provided path: ${paths.join(", ")}. No artifacts will be uploaded.`;
  if (IF_NONE === "error") fail(sentence);
  if (IF_NONE === "warn") console.log(`::warning::${sentence}`);
  process.exit(0);
}

// As GitHub's: the folder itself, or what several paths have in common, is the root of the artifact.
const folders = present.map((path) => (statSync(path).isDirectory() ? path : dirname(path)));
let root = folders[0];
while (!folders.every((folder) => `${folder}/`.startsWith(`${root}/`))) root = dirname(root);

const target = join(LOCAL_RUNNER_ARTIFACTS, RUN_ID, NAME);
if (existsSync(target) && OVERWRITE !== "true")
  fail(`artifact (${NAME}) must not exist yet in this run; choose another name.`);
rmSync(target, { recursive: true, force: true });
const hash = createHash("sha256");
for (const file of files.sort()) {
  const name = relative(root, file);
  const copy = join(target, name);
  mkdirSync(dirname(copy), { recursive: true });
  cpSync(file, copy);
  hash.update(`${name}\0`).update(readFileSync(file));
}
console.log(`${NAME}: ${files.length} files`);
const id = readdirSync(join(LOCAL_RUNNER_ARTIFACTS, RUN_ID)).indexOf(NAME) + 1;
appendFileSync(GITHUB_OUTPUT, `artifact-id=${RUN_ID}${id}\nartifact-digest=${hash.digest("hex")}\n`);

#!/usr/bin/env node
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

// Runs before anything is installed: Node's own modules only, and no syntax that an old Node cannot read.
const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const oldestNode = 20;

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

/** What an install must have put there: package path to version; other platforms' optional packages aside. */
function installed() {
  const hidden = join(root, "node_modules/.package-lock.json");
  if (!existsSync(hidden)) return false;
  const wanted = readJson(join(root, "package-lock.json")).packages;
  const present = readJson(hidden).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "" || !path.includes("node_modules/") || entry.link || entry.optional || entry.devOptional)
      return true;
    return present[path] !== undefined && present[path].version === entry.version;
  });
}

function installationFailed(output) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/i.test(output)) {
    return "npm ci (package-lock.json) must reach the package registry; connect to the network or set your mirror with `npm config set registry URL`, then run this again.";
  }
  if (/EUSAGE|in sync/.test(output)) {
    return "package-lock.json must match package.json; run `npm install` and commit the lock file, then run this again.";
  }
  console.error(output.trim().split("\n").slice(-15).join("\n"));
  return "npm ci (package-lock.json) must succeed; its last lines above say why.";
}

/** Runs `npm ci` quietly: one line when it starts, its last lines only when it fails. */
function install() {
  console.log("Installing the packages of package-lock.json (npm ci, half a minute) …");
  return new Promise((resolve) => {
    const child = spawn("npm", ["ci", "--no-audit", "--no-fund"], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (data) => {
      output = (output + data).slice(-4000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", () => fail("npm must be on PATH; install Node.js with npm, then run this again."));
    child.on("close", (code, signal) => {
      if (code === 0) return resolve();
      if (signal !== null) process.exit(130);
      fail(installationFailed(output));
    });
  });
}

/** Two commands on a fresh clone must not install at the same time: the second waits and finds all there. */
async function installAlone() {
  const lock = join(root, ".slipway/install.lock");
  mkdirSync(dirname(lock), { recursive: true });
  for (let isShown = false; !take(lock); isShown = true) {
    if (!isShown) console.log(`Waiting for the command that installs the packages and holds ${lock} …`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  process.once("exit", () => rmSync(lock, { force: true }));
  if (!installed()) {
    await install();
    // Else each command would install again, beneath one that is running.
    if (!installed())
      fail(
        "package-lock.json must name only what npm ci installs; run `npm install` and commit the lock file, then run this again.",
      );
  }
  rmSync(lock, { force: true });
}

/** Makes the lock file unless a living process holds it. */
function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    // Held by somebody, who may be dead.
  }
  try {
    process.kill(Number(readFileSync(lock, "utf8")), 0);
  } catch (error) {
    if (error.code === "ESRCH") rmSync(lock, { force: true });
  }
  return false;
}

const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

/** Folders of the workspaces that have a package.json, below the root. */
function workspaceFolders() {
  return readJson(join(root, "package.json"))
    .workspaces.flatMap((pattern) =>
      pattern.endsWith("/*")
        ? readdirSync(join(root, dirname(pattern))).map((name) => `${dirname(pattern)}/${name}`)
        : [pattern],
    )
    .filter((folder) => existsSync(join(root, folder, "package.json")));
}

/** One file from our own sources; packages stay outside and are loaded from node_modules. */
function bundle() {
  const { buildSync } = createRequire(join(here, "package.json"))("esbuild");
  // Whatever workspace a source is in, its dependencies are installed: they stay outside.
  const dependencies = workspaceFolders().flatMap((folder) =>
    Object.keys(readJson(join(root, folder, "package.json")).dependencies || {}),
  );
  const outfile = join(here, "dist/main.mjs");
  const unfinished = join(here, `dist/main-${process.pid}.mjs`);
  buildSync({
    entryPoints: [join(here, "src/main.ts")],
    outfile: unfinished,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    sourcemap: "inline",
    sourcesContent: false,
    external: ["esbuild", ...dependencies]
      .filter((name) => !name.startsWith("@slipway/"))
      .flatMap((name) => [name, `${name}/*`]),
    loader: { ".sh": "text" },
    logLevel: "error",
  });
  // At once, because another command may be reading it.
  renameSync(unfinished, outfile);
  return outfile;
}

async function start() {
  if (Number(process.versions.node.split(".")[0]) < oldestNode) {
    fail(`Node.js (${process.versions.node}) must be ${oldestNode} or newer; install one from https://nodejs.org.`);
  }
  if (!installed()) await installAlone();
  // The program runs in this very process: Ctrl-C, exit codes and the terminal need no handing over.
  const { main } = await import(pathToFileURL(bundle()).href);
  await main({ root, argv: process.argv.slice(2) });
}

start();

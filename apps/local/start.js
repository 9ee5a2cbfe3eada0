import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
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
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const present = JSON.parse(readFileSync(hidden, "utf8")).packages;
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
      console.error(output.trim().split("\n").slice(-15).join("\n"));
      fail(installationFailed(output));
    });
  });
}

/** One file from our own sources; packages stay outside and are loaded from node_modules. */
function bundle() {
  const { buildSync } = createRequire(join(here, "package.json"))("esbuild");
  const dependencies = ["apps/local", "apps/infra"].flatMap((folder) =>
    Object.keys(JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")).dependencies),
  );
  const outfile = join(here, "dist/main.mjs");
  buildSync({
    entryPoints: [join(here, "src/main.ts")],
    outfile,
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
  return outfile;
}

async function start() {
  if (Number(process.versions.node.split(".")[0]) < oldestNode) {
    fail(`Node.js (${process.versions.node}) must be ${oldestNode} or newer; install one from https://nodejs.org.`);
  }
  if (!installed()) await install();
  // The program runs in this very process: Ctrl-C, exit codes and the terminal need no handing over.
  const { main } = await import(pathToFileURL(bundle()).href);
  await main({ root, argv: process.argv.slice(2) });
}

start();

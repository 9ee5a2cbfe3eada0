import { appendFileSync } from "node:fs";
import { resolve } from "node:path";

// Copied out of the repository when it runs: Node's own modules only.
const { env } = process;

function fail(sentence) {
  console.log(`::error::${sentence}`);
  // act does not read what is still on its way when a process fails.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  process.exit(1);
}

const lines = (text) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
const pairs = (text) =>
  Object.fromEntries(lines(text).map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));

for (const [name, value, wanted] of [
  ["load", env.LOAD, "true"],
  ["push", env.PUSH, "false"],
  ["provenance", env.PROVENANCE, "false"],
  ["sbom", env.SBOM, "false"],
]) {
  if (value !== wanted)
    fail(`${name} (${value}) must be ${wanted}; push-image pushes the plain image from the local docker.`);
}

// The runner builds: it knows which of the machine's clients can, and what to do where no registry answers.
const answer = await fetch(`${env.LOCAL_RUNNER_URL}/docker-build`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({
    context: resolve(env.CONTEXT),
    ...(env.DOCKERFILE ? { dockerfile: resolve(env.DOCKERFILE) } : {}),
    tags: lines(env.TAGS),
    buildArgs: pairs(env.BUILD_ARGS),
    labels: pairs(env.LABELS),
    ...(env.STAGE ? { target: env.STAGE } : {}),
    ...(env.PLATFORM ? { platform: env.PLATFORM } : {}),
  }),
});
const { imageId, message } = await answer.json();
if (!imageId) fail(message);
console.log(`${lines(env.TAGS).join(", ")}: ${imageId}`);
appendFileSync(env.GITHUB_OUTPUT, `imageid=${imageId}\n`);

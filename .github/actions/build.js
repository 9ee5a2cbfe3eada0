import { readdirSync, renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

// Built aside and put in place at once: whoever runs a bundle meanwhile finds all of it. Chunks of former builds go with their folder.
const aside = `dist-${process.pid}`;

const actions = readdirSync(".", { recursive: true }).filter((file) => /^[^/]+\/main\.ts$/.test(file));
const bundle = await rolldown({
  input: Object.fromEntries(actions.map((file) => [file.replace(/\.ts$/, ""), file])),
  platform: "node",
  // ES module sources of the AWS SDK: smaller, and only they can be split and shaken.
  resolve: {
    mainFields: ["module", "main"],
    conditionNames: ["module", "node", "import"],
    // npm installs it for the engine and for the actions: one of the two (80 KB) is enough.
    alias: { execa: fileURLToPath(import.meta.resolve("execa")) },
  },
  // No module of these does anything when loaded: leaves out the HTTP client (500 KB) that only the OIDC calls of @actions/core and the clients of @actions/github need.
  treeshake: { moduleSideEffects: [{ test: /node_modules\/(@actions|@octokit|undici|tunnel)\//, sideEffects: false }] },
});
await bundle.write({
  dir: aside,
  format: "cjs",
  minify: true,
  entryFileNames: "[name].cjs",
  chunkFileNames: "chunks/[name]-[hash].cjs",
});
await bundle.close();
rmSync("dist", { recursive: true, force: true });
renameSync(aside, "dist");

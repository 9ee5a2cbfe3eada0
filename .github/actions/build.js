import { readdirSync, rmSync } from "node:fs";
import { rolldown } from "rolldown";

// Hashed chunks of former builds would pile up.
rmSync("dist", { recursive: true, force: true });

const actions = readdirSync(".", { recursive: true }).filter((file) => /^[^/]+\/main\.ts$/.test(file));
const bundle = await rolldown({
  input: Object.fromEntries(actions.map((file) => [file.replace(/\.ts$/, ""), file])),
  platform: "node",
  // ES module sources of the AWS SDK: smaller, and only they can be split and shaken.
  resolve: { mainFields: ["module", "main"], conditionNames: ["module", "node", "import"] },
  // No module of these does anything when loaded: leaves out the HTTP client (500 KB) that only the OIDC calls of @actions/core and the clients of @actions/github need.
  treeshake: { moduleSideEffects: [{ test: /node_modules\/(@actions|@octokit|undici|tunnel)\//, sideEffects: false }] },
});
await bundle.write({
  dir: "dist",
  format: "cjs",
  minify: true,
  entryFileNames: "[name].cjs",
  chunkFileNames: "chunks/[name]-[hash].cjs",
});
await bundle.close();

const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { transformSync, version } = require("esbuild");

const shared = /\/node_modules\/(cdktf|constructs|@cdktf)\//;
const self = readFileSync(__filename);

module.exports = {
  process(source, file) {
    if (shared.test(file)) return { code: `module.exports = nodeRequire(${JSON.stringify(file)});` };
    if (file.endsWith(".sh")) {
      // jest strips the `#!` line from `source`.
      const text = JSON.stringify(readFileSync(file, "utf8"));
      return { code: `exports.__esModule = true; exports.default = ${text};` };
    }
    const { code, map } = transformSync(source, {
      sourcefile: file,
      loader: file.endsWith(".ts") ? "ts" : "js",
      format: "cjs",
      target: "node20",
      sourcemap: "external",
      supported: { "dynamic-import": false },
    });
    return { code, map };
  },
  getCacheKey: (source, file) =>
    createHash("sha256").update(self).update(version).update(file).update(source).digest("hex"),
};

const { readdirSync } = require("node:fs");
const { join, relative } = require("node:path");

const root = join(__dirname, "../..");

/**
 * Loads every fast test below `folder` into one test file: jest loads itself anew for each file, which costs more than most tests do.
 * `npx jest <path>` still runs a single file by itself.
 */
module.exports = (folder) => {
  const tests = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts") && !entry.name.endsWith(".e2e.test.ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/\/(node_modules|dist[^/]*)\//.test(relative(root, path)))
    .sort();
  for (const path of tests) {
    describe(relative(root, path), () => {
      require(path);
    });
  }
};

const { readdirSync } = require("node:fs");
const { join, relative } = require("node:path");

/** Dependencies, builds and what is hidden hold no tests of ours; `.github` holds the actions. */
const skipped = /^(node_modules|dist|dist-.*|\.(?!github$).*)$/;

function testsIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return skipped.test(entry.name) ? [] : testsIn(path);
    return entry.name.endsWith(".test.ts") && !entry.name.endsWith(".e2e.test.ts") ? [path] : [];
  });
}

for (const path of testsIn(packageFolder).sort()) {
  describe(relative(packageFolder, path), () => {
    require(path);
  });
}

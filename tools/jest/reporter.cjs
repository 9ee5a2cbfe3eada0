const { mkdirSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

/** Keeps how a package's tests went in a file, which turbo brings back with a cache hit: `npm test` adds these up. */
module.exports = class {
  constructor({ rootDir }) {
    this.folder = join(rootDir, ".turbo");
  }

  onRunComplete(_, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, testResults }) {
    const report = testResults.flatMap(({ failureMessage }) => failureMessage ?? []).join("\n");
    const result = { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites, report };
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(join(this.folder, "test-result.json"), JSON.stringify(result));
  }
};

const { createRequire } = require("node:module");
const { TestEnvironment } = require("jest-environment-node");

/** Gives tests the real `require`, so that cdktf loads once per worker instead of once per test file. */
module.exports = class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.global.nodeRequire = createRequire(__filename);
    // What `whole-package.test.cjs` looks for tests in.
    this.global.packageFolder = config.projectConfig.rootDir;
  }
};

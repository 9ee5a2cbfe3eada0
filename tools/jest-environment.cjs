const { createRequire } = require("node:module");
const { TestEnvironment } = require("jest-environment-node");

/** Gives tests the real `require`, so that cdktf loads once per worker instead of once per test file. */
module.exports = class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.global.nodeRequire = createRequire(__filename);
  }
};

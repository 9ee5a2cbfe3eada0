// ES-module-only packages that jest must turn into CommonJS before it can require them.
const esmOnly =
  "@actions|@apidevtools|@octokit|universal-user-agent|before-after-hook|json-with-bigint|content-type|execa|@sindresorhus|is-[a-z-]+|npm-run-path|path-key|parse-ms|pretty-ms|figures|get-stream|human-signals|strip-final-newline|unicorn-magic|yoctocolors|p-retry|commander|string-argv|@sec-ant";

/** Fast tests; those that need the engine, the local AWS or docker end in `.e2e.test.ts` and run by `npm test`. */
export default {
  testMatch: ["<rootDir>/{packages,apps,.github/actions}/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "/dist/", "\\.e2e\\.test\\.ts$"],
  // It may hold copies of this repository.
  modulePathIgnorePatterns: ["<rootDir>/\\.slipway/"],
  testEnvironment: "<rootDir>/tools/jest-environment.cjs",
  resolver: "<rootDir>/tools/jest-resolver.cjs",
  transform: { "\\.(ts|js|sh)$": "<rootDir>/tools/jest-transform.cjs" },
  transformIgnorePatterns: [`/node_modules/(?!(cdktf|constructs|@cdktf|${esmOnly})/)`],
  maxWorkers: "100%",
};

import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

// ES-module-only packages that jest must turn into CommonJS before it can require them.
const esmOnly =
  "@actions|@apidevtools|@octokit|universal-user-agent|before-after-hook|json-with-bigint|content-type|execa|@sindresorhus|is-[a-z-]+|npm-run-path|path-key|parse-ms|pretty-ms|figures|get-stream|human-signals|strip-final-newline|unicorn-magic|yoctocolors|mime|p-retry|commander|shlex|@sec-ant";

const base = {
  testEnvironment: `${here}/environment.cjs`,
  resolver: `${here}/resolver.cjs`,
  transform: { "\\.(ts|js|sh)$": `${here}/transform.cjs` },
  transformIgnorePatterns: [`/node_modules/(?!(cdktf|constructs|@cdktf|${esmOnly})/)`],
  // It may hold copies of this repository.
  modulePathIgnorePatterns: ["<rootDir>/\\.slipway/"],
  maxWorkers: "100%",
};

/** Fast tests; those that need Terraform, the local AWS or docker end in `.e2e.test.ts` and run by `npm test`. */
const singleFiles = {
  ...base,
  testMatch: ["**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "/dist/", "\\.e2e\\.test\\.ts$"],
};

/** All fast tests of the package in one jest file: jest loads itself anew for each file, which costs more than most tests do. */
const wholePackage = {
  ...base,
  roots: [here],
  testMatch: ["**/whole-package.test.cjs"],
  verbose: false,
  reporters: ["default", `${here}/reporter.cjs`],
};

// A path, a pattern or a way of choosing files, such as --watch, needs the files one by one.
const choosesFiles = process.argv
  .slice(2)
  .some((argument) => /^[^-]|^-o$|^--(changed|find|last|list|only|shard|watch)/.test(argument));

export default choosesFiles ? singleFiles : wholePackage;

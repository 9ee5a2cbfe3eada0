import base from "./jest.config.js";

/** `npm run test:unit`: the fast tests, in one test file per part of the repository. */
export default { ...base, testMatch: ["<rootDir>/tools/unit-tests/*.test.cjs"] };

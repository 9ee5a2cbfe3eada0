/** For single files: `npx jest <path>`, and those that `npm test` names. */
export { default } from "./tools/jest/preset.js";

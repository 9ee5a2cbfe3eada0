export { githubContext, runUrl } from "./context.ts";

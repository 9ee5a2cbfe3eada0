import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Cuts GitHub's own OpenAPI description down to the calls that we make: `node cut-description.js`.
const version = "23.0.2";
const calls = {
  "/user": ["get"],
  "/repos/{owner}/{repo}/issues": ["get", "post"],
  "/repos/{owner}/{repo}/issues/{issue_number}": ["get", "patch"],
  "/repos/{owner}/{repo}/issues/{issue_number}/comments": ["get", "post"],
  "/repos/{owner}/{repo}/issues/comments/{comment_id}": ["get", "patch", "delete"],
  "/repos/{owner}/{repo}/issues/{issue_number}/events": ["get"],
  "/repos/{owner}/{repo}/issues/{issue_number}/labels": ["get", "post", "put"],
  "/repos/{owner}/{repo}/issues/{issue_number}/labels/{name}": ["delete"],
  "/repos/{owner}/{repo}/labels": ["get", "post"],
  "/repos/{owner}/{repo}/labels/{name}": ["get"],
  "/repos/{owner}/{repo}/comments/{comment_id}": ["get", "patch", "delete"],
  "/repos/{owner}/{repo}/commits/{commit_sha}/comments": ["get", "post"],
  "/repos/{owner}/{repo}/commits/{commit_sha}/pulls": ["get"],
  "/repos/{owner}/{repo}/pulls/{pull_number}": ["get"],
  "/repos/{owner}/{repo}/pulls/{pull_number}/commits": ["get"],
  "/repos/{owner}/{repo}/collaborators/{username}/permission": ["get"],
  "/repos/{owner}/{repo}/pulls/{pull_number}/files": ["get"],
  "/repos/{owner}/{repo}/statuses/{sha}": ["post"],
  "/repos/{owner}/{repo}": ["get"],
  "/repos/{owner}/{repo}/rules/branches/{branch}": ["get"],
  "/repos/{owner}/{repo}/rulesets": ["get", "post"],
  "/repos/{owner}/{repo}/rulesets/{ruleset_id}": ["get"],
  "/repos/{owner}/{repo}/environments": ["get"],
  "/repos/{owner}/{repo}/environments/{environment_name}": ["put"],
  "/repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies": ["get", "post"],
  "/repos/{owner}/{repo}/actions/permissions/workflow": ["get", "put"],
  "/repos/{owner}/{repo}/actions/variables": ["post"],
  "/repos/{owner}/{repo}/actions/variables/{name}": ["get", "patch"],
  "/repos/{owner}/{repo}/actions/oidc/customization/sub": ["get"],
  "/repos/{owner}/{repo}/codeowners/errors": ["get"],
};
/** For people; a third of the size. */
const prose = new Set(["description", "summary", "example", "examples", "externalDocs", "x-github", "tags"]);

const folder = mkdtempSync(join(tmpdir(), "openapi-"));
let whole;
try {
  execFileSync("npm", ["pack", `@octokit/openapi@${version}`, "--silent"], { cwd: folder });
  const file = "package/generated/api.github.com.json";
  execFileSync("tar", ["xzf", `octokit-openapi-${version}.tgz`, file], { cwd: folder });
  whole = JSON.parse(readFileSync(join(folder, file), "utf8"));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const cut = {
  openapi: whole.openapi,
  info: { title: `GitHub, ${Object.keys(calls).length} paths`, version },
  paths: {},
  components: {},
};
for (const [path, methods] of Object.entries(calls)) {
  cut.paths[path] = Object.fromEntries(methods.map((method) => [method, copy(whole.paths[path][method], "operation")]));
}
writeFileSync(join(import.meta.dirname, "description.json"), `${JSON.stringify(cut)}\n`);

/** Copies without prose, and takes along what is referred to. A property may be called `description`. */
function copy(value, parent) {
  if (Array.isArray(value)) return value.map((item) => copy(item, ""));
  if (typeof value !== "object" || value === null) return value;
  if (typeof value.$ref === "string") take(value.$ref);
  if (value.nullable === true && value.type === undefined && parent !== "properties") {
    // The validator takes `nullable` only beside a type.
    const { nullable, ...rest } = value;
    return { anyOf: [copy(rest, parent), { enum: [null] }] };
  }
  const kept = Object.entries(value).filter(([key]) => parent === "properties" || !prose.has(key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, copy(inner, parent === "properties" ? "" : key)]));
}

function take(reference) {
  const [, , kind, name] = reference.split("/");
  cut.components[kind] ??= {};
  if (cut.components[kind][name] !== undefined) return;
  // Named before it is copied: descriptions refer to themselves.
  cut.components[kind][name] = {};
  cut.components[kind][name] = copy(whole.components[kind][name], "");
}

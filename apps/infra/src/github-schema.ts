import { foreignHost, foreignHostMust } from "@slipway/core/github-host";
import * as z from "zod";
import { must } from "./must.ts";

const ids = "ask GitHub: gh api repos/OWNER/NAME --jq '.owner.id, .id'";

const id = z.string(must("be a number in quotes", ids)).regex(/^[1-9]\d*$/, must("be a number in quotes", ids));

/** A name, or an address that leads elsewhere than to github.com, which gets a sentence of its own. */
function nameOf(what: string, pattern: RegExp) {
  const message = must(`be the name of ${what}`, "take it from the repository's address");
  return z.string(message).superRefine((text, context) => {
    const host = foreignHost(text);
    if (host !== undefined) context.addIssue({ code: "custom", message: foreignHostMust });
    else if (!pattern.test(text)) context.addIssue({ code: "custom", message });
  });
}

const branchMust = must(
  "be the name of a branch in letters, digits, . _ / and -, as git allows it",
  "take the default branch from the repository's settings",
);

/** As `git check-ref-format`, of the signs that need no quotes in a workflow, a shell and a trust policy. */
function isBranch(name: string): boolean {
  return /^(?!-)[\w./-]{1,200}$/.test(name) && name.split("/").every(isPart) && name !== "HEAD";
}

function isPart(part: string): boolean {
  return part !== "" && !part.startsWith(".") && !/\.$|\.lock$|\.\./.test(part);
}

/** A repository on GitHub. Names can be reused by another owner, the numeric ids cannot. */
export const githubSchema = z.strictObject(
  {
    owner: nameOf("an account or organization", /^[a-zA-Z0-9](-?[a-zA-Z0-9])*$/),
    name: nameOf("a repository", /^[\w.-]+$/),
    ownerId: id,
    id,
    /** The default branch: what is merged into it is applied and deployed. */
    branch: z.string(branchMust).refine(isBranch, branchMust).default("main"),
  },
  must("be { owner, name, ownerId, id }", ids),
);

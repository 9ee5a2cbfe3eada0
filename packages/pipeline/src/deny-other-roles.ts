import { type PolicyStatement, statement } from "@slipway/core";

/**
 * Within an account, trust that names a role lets it take another without any right of its own. Whoever can make roles could make one
 * that may read secrets and take it: only a refusal stops that.
 */
export const denyOtherRoles: PolicyStatement = statement.deny("NoOtherRole", ["sts:Assume*", "sts:TagSession"], "*");

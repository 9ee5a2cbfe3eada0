import type { GithubRepository } from "./github-repository.ts";

const ids = "ask GitHub: gh api repos/OWNER/NAME --jq '.owner.id, .id'";

const rules: Readonly<Record<keyof GithubRepository, readonly [pattern: RegExp, must: string]>> = {
  owner: [
    /^[a-zA-Z0-9](-?[a-zA-Z0-9])*$/,
    "be the name of an account or organization; take it from the repository's address",
  ],
  name: [/^[\w.-]+$/, "be the name of a repository; take it from the repository's address"],
  ownerId: [/^[1-9]\d*$/, `be a number in quotes; ${ids}`],
  id: [/^[1-9]\d*$/, `be a number in quotes; ${ids}`],
};

/** Refuses what would let a trust policy match more than one repository. */
export function checkRepository(repository: GithubRepository): void {
  for (const [field, [pattern, must]] of Object.entries(rules)) {
    const value = repository[field as keyof GithubRepository];
    if (!pattern.test(value)) throw new Error(`repository.${field} (${value}) must ${must}.`);
  }
}

/** A repository on GitHub, by its names and by the numbers that GitHub gave it once and for ever. */
export interface GithubRepository {
  /** Account or organization. */
  readonly owner: string;
  readonly name: string;
  /** `gh api repos/OWNER/NAME --jq .owner.id` */
  readonly ownerId: string;
  /** `gh api repos/OWNER/NAME --jq .id` */
  readonly id: string;
}

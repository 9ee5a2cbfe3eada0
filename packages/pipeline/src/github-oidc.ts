import { DataAwsIamOpenidConnectProvider } from "@cdktf/provider-aws/lib/data-aws-iam-openid-connect-provider";
import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { Construct } from "constructs";

export interface GithubOidcProps {
  readonly repository: GithubRepository;
  /** An account has one provider for all that GitHub runs: the first to need it creates it, others look it up. @default "create" */
  readonly provider?: "create" | "look-up";
}

const issuer = "token.actions.githubusercontent.com";
const audience = "sts.amazonaws.com";

/** Lets jobs of one repository on GitHub take roles of this account for a while, without any stored key. */
export class GithubOidc extends Construct {
  readonly provider: IamOpenidConnectProvider | DataAwsIamOpenidConnectProvider;
  readonly repository: GithubRepository;

  constructor(scope: Construct, id: string, props: GithubOidcProps) {
    super(scope, id);
    const { repository, provider = "create" } = props;
    checkRepository(repository);
    this.repository = repository;
    const url = `https://${issuer}`;
    this.provider =
      provider === "look-up"
        ? new DataAwsIamOpenidConnectProvider(this, "provider", { url })
        : new IamOpenidConnectProvider(this, "provider", {
            url,
            clientIdList: [audience],
            // Other repositories of the account would lose their access with it; and one that was there before stays as it is.
            lifecycle: { preventDestroy: true, ignoreChanges: ["client_id_list", "thumbprint_list"] },
          });
  }

  /** A role's trust policy: these jobs of this repository, tokens made for AWS, nobody else. */
  trust(jobs: GithubJobs): string {
    const statement = {
      Sid: "Github",
      Effect: "Allow",
      Principal: { Federated: this.provider.arn },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        // Equals, never like: with a pattern, a branch or environment could be named so that it matches.
        StringEquals: { [`${issuer}:aud`]: audience, [`${issuer}:sub`]: githubSubjects(this.repository, jobs) },
      },
    };
    return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  }
}

/** Which jobs of a repository: those of a GitHub environment, or, of no environment, those that run on a ref. */
export type GithubJobs = { readonly environment: string } | { readonly ref: string };

/**
 * The `sub` of the tokens of these jobs, in both forms: repositories made or renamed since July 2026 are named with the ids of
 * owner and repository, older ones by names alone.
 */
export function githubSubjects(repository: GithubRepository, jobs: GithubJobs): readonly [names: string, ids: string] {
  const { owner, name, ownerId, id } = repository;
  const where = "environment" in jobs ? environmentClaim(jobs.environment) : refClaim(jobs.ref);
  return [`repo:${owner}/${name}:${where}`, `repo:${owner}@${ownerId}/${name}@${id}:${where}`];
}

function environmentClaim(environment: string): string {
  if (!/^[\w-]+$/.test(environment)) {
    throw new Error(
      `environment (${environment}) must be letters, digits, hyphens and underscores; GitHub would write others differently into its tokens.`,
    );
  }
  return `environment:${environment}`;
}

function refClaim(ref: string): string {
  if (!/^refs\/(heads|tags)\/[\w./-]+$/.test(ref)) {
    throw new Error(`ref (${ref}) must be one whole branch or tag; write for example refs/heads/main.`);
  }
  return `ref:${ref}`;
}

/** A repository on GitHub, by its names and its permanent ids. */
export interface GithubRepository {
  /** Account or organization. */
  readonly owner: string;
  readonly name: string;
  /** `gh api repos/OWNER/NAME --jq .owner.id` */
  readonly ownerId: string;
  /** `gh api repos/OWNER/NAME --jq .id` */
  readonly id: string;
}

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
function checkRepository(repository: GithubRepository): void {
  for (const [field, [pattern, must]] of Object.entries(rules)) {
    const value = repository[field as keyof GithubRepository];
    if (!pattern.test(value)) throw new Error(`repository.${field} (${value}) must ${must}.`);
  }
}

import { DataAwsIamOpenidConnectProvider } from "@cdktf/provider-aws/lib/data-aws-iam-openid-connect-provider";
import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { Construct } from "constructs";
import { checkRepository } from "./check-repository.ts";
import type { GithubRepository } from "./github-repository.ts";
import { type GithubJobs, githubSubjects } from "./github-subjects.ts";

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

import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { PolicyStatement } from "@slipway/core";
import { Construct } from "constructs";
import type { GithubJobs, GithubOidc } from "./github-oidc.ts";

export interface GithubRoleProps {
  /** At most 64 characters: workflows compute the role's ARN from it, so it is never shortened. */
  readonly name: string;
  readonly description: string;
  readonly github: GithubOidc;
  /** Who may take the role. */
  readonly jobs: GithubJobs;
  readonly statements: readonly PolicyStatement[];
  /** Minutes that its credentials are good for at most, from 60 to 720; IAM knows no shorter maximum. @default 60 */
  readonly sessionMinutes?: number;
}

/** A role that jobs on GitHub take. All that it may is in one policy of its own: nothing is attached that somebody else may change. */
export class GithubRole extends Construct {
  readonly role: IamRole;
  readonly policy: IamRolePolicy;

  constructor(scope: Construct, id: string, props: GithubRoleProps) {
    super(scope, id);
    const { name, description, github, jobs, statements, sessionMinutes = 60 } = props;
    checkRoleName(name);
    checkSession(sessionMinutes);
    this.role = new IamRole(this, "role", {
      name,
      description,
      assumeRolePolicy: github.trust(jobs),
      maxSessionDuration: sessionMinutes * 60,
    });
    this.policy = new IamRolePolicy(this, "policy", {
      name: "rights",
      role: this.role.name,
      policy: document(statements),
    });
  }

  get arn(): string {
    return this.role.arn;
  }
}

function document(statements: readonly PolicyStatement[]): string {
  const names = statements.map(({ Sid }) => Sid);
  const duplicate = names.find((each, index) => names.indexOf(each) !== index);
  if (duplicate !== undefined)
    throw new Error(`statements (${duplicate}) must have names that differ; IAM refuses two alike.`);
  const text = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  if (text.length > 10_240) {
    throw new Error(
      `statements (${text.length} characters) must be at most 10240 characters; name fewer resources or use their common prefix.`,
    );
  }
  return text;
}

function checkRoleName(name: string): void {
  if (!/^[\w+=,.@-]{1,64}$/.test(name)) {
    throw new Error(`name (${name}) must be 1 to 64 letters, digits or _+=,.@-; shorten the environment's name.`);
  }
}

function checkSession(minutes: number): void {
  if (!Number.isInteger(minutes) || minutes < 60 || minutes > 720) {
    throw new Error(`sessionMinutes (${minutes}) must be a whole number from 60 to 720; leave it out for 60.`);
  }
}

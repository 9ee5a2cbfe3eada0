import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import type { PolicyStatement } from "@slipway/core";
import { Construct } from "constructs";
import type { GithubJobs, GithubOidc } from "./github-oidc.ts";
import type { GuardStatement } from "./role-statements.ts";

export interface GithubRoleProps {
  /** At most 64 characters: workflows compute the role's ARN from it, so it is never shortened. */
  readonly name: string;
  readonly description: string;
  readonly github: GithubOidc;
  /** Who may take the role. */
  readonly jobs: GithubJobs;
  readonly statements: readonly PolicyStatement[];
  /** More of it, by a word for what each is about: policies `<name>-<word>`, attached to this role. @default none */
  readonly policies?: Readonly<Record<string, readonly (PolicyStatement | GuardStatement)[]>>;
  /** Minutes that its credentials are good for at most, from 60 to 720; IAM knows no shorter maximum. @default 60 */
  readonly sessionMinutes?: number;
}

/** A role that jobs on GitHub take. All that it may is in policies of its own: nothing is attached that somebody else may change. */
export class GithubRole extends Construct {
  readonly role: IamRole;
  readonly policy: IamRolePolicy;
  readonly policies: readonly IamPolicy[];
  readonly attachments: readonly IamRolePolicyAttachment[];

  constructor(scope: Construct, id: string, props: GithubRoleProps) {
    super(scope, id);
    const { name, description, github, jobs, statements, policies = {}, sessionMinutes = 60 } = props;
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
      policy: document(statements, 10_240),
    });
    const made = Object.entries(policies).map(
      ([word, more]) => [word, this.#policy(policyName(name, word), more)] as const,
    );
    this.policies = made.map(([, policy]) => policy);
    this.attachments = made.map(
      ([word, policy]) =>
        new IamRolePolicyAttachment(this, `attachment-${word}`, { role: this.role.name, policyArn: policy.arn }),
    );
  }

  #policy(name: string, statements: NonNullable<GithubRoleProps["policies"]>[string]): IamPolicy {
    return new IamPolicy(this, name, {
      name,
      description: "What the role of this name may do, in part",
      policy: document(statements, 6_144),
    });
  }

  get arn(): string {
    return this.role.arn;
  }
}

/** What the policy about something is called that a role of this name has attached. */
export function policyName(role: string, word: string): string {
  return `${role}-${word}`;
}

function document(statements: readonly (PolicyStatement | GuardStatement)[], limit: number): string {
  const names = statements.map(({ Sid }) => Sid);
  const duplicate = names.find((each, index) => names.indexOf(each) !== index);
  if (duplicate !== undefined)
    throw new Error(`statements (${duplicate}) must have names that differ; IAM refuses two alike.`);
  const text = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  if (text.length > limit) {
    throw new Error(
      `statements (${text.length} characters) must be at most ${limit} characters; name fewer resources or use their common prefix.`,
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

import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { EcrRepositoryPolicy } from "@cdktf/provider-aws/lib/ecr-repository-policy";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { policy, type Statement } from "@slipway/core";
import { Token } from "cdktf";
import { Construct } from "constructs";

/** Where a service's images come from: an `ImageRepository`, one that somebody else manages, or one of another account by its names. */
export interface ImageSource {
  readonly repositoryArn: string;
  readonly repositoryUrl: string;
}

export interface ImageRepositoryProps {
  readonly name: string;
  /** Tagged images that stay; more than you ever roll back. @default 50 */
  readonly keepTagged?: number;
  /** Days after which an image without a tag goes. @default 7 */
  readonly untaggedDays?: number;
  /** Accounts whose roles may pull, if their own policies say so too. @default none but the repository's own */
  readonly pullAccounts?: readonly string[];
  /** "full": Terraform refuses to delete it. Neither mode deletes images. @default "full" */
  readonly protection?: "full" | "none";
}

/** An ECR repository whose tags never move, with scan on push and a lifecycle. */
export class ImageRepository extends Construct implements ImageSource {
  readonly repository: EcrRepository;
  readonly lifecyclePolicy: EcrLifecyclePolicy;
  readonly repositoryPolicy: EcrRepositoryPolicy | undefined;

  constructor(scope: Construct, id: string, props: ImageRepositoryProps) {
    super(scope, id);
    const { name, keepTagged = 50, untaggedDays = 7, pullAccounts = [], protection = "full" } = props;
    checkRepositoryName(name);
    checkCount("keepTagged", keepTagged);
    checkCount("untaggedDays", untaggedDays);
    this.repository = new EcrRepository(this, "repository", {
      name,
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: [{ encryptionType: "AES256" }],
      ...(protection === "full" && { lifecycle: { preventDestroy: true } }),
    });
    const repository = this.repository.name;
    this.lifecyclePolicy = new EcrLifecyclePolicy(this, "lifecycle", {
      repository,
      policy: lifecyclePolicy(keepTagged, untaggedDays),
    });
    if (pullAccounts.length > 0) {
      this.repositoryPolicy = new EcrRepositoryPolicy(this, "policy", { repository, policy: pullPolicy(pullAccounts) });
    }
  }

  get repositoryArn(): string {
    return this.repository.arn;
  }

  get repositoryUrl(): string {
    return this.repository.repositoryUrl;
  }

  /** Lets a role pull from this repository and no other. */
  grantPull(role: IamRole): IamRolePolicy {
    return this.grant("pull", role, pullStatements(this.repositoryArn));
  }

  /** Lets a role push to this repository and no other. */
  grantPush(role: IamRole): IamRolePolicy {
    return this.grant("push", role, pushStatements(this.repositoryArn));
  }

  private grant(what: "pull" | "push", role: IamRole, statements: readonly Statement[]): IamRolePolicy {
    const id = `${what}-${role.node.path.replaceAll("/", "-")}`;
    return new IamRolePolicy(this, id, { name: `image-${what}`, role: role.name, policy: policy(statements) });
  }
}

function pullPolicy(accounts: readonly string[]): string {
  const wrong = accounts.find((account) => !/^\d{12}$/.test(account));
  if (wrong !== undefined) throw new Error(`pullAccounts (${wrong}) must be 12 digits; give the account's number.`);
  const principals = [...new Set(accounts)].sort().map((account) => `arn:aws:iam::${account}:root`);
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Sid: "Pull", Effect: "Allow", Principal: { AWS: principals }, Action: pullActions }],
  });
}

/** Refuses what ECR would refuse. */
export function checkRepositoryName(name: string): void {
  if (Token.isUnresolved(name)) return;
  if (!/^[a-z0-9]+([._/-][a-z0-9]+)*$/.test(name) || name.length < 2 || name.length > 256) {
    throw new Error(
      `name (${name}) must be 2 to 256 lower-case letters and digits with single . _ - or / between them; rename it.`,
    );
  }
}

function checkCount(prop: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`${prop} (${value}) must be a whole number from 1; leave it out for the default.`);
  }
}

/** ECR's lifecycle rules: untagged images go after some days, of the tagged ones the newest stay. */
function lifecyclePolicy(keepTagged: number, untaggedDays: number): string {
  return JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        description: `Untagged images go after ${untaggedDays} days`,
        selection: {
          tagStatus: "untagged",
          countType: "sinceImagePushed",
          countUnit: "days",
          countNumber: untaggedDays,
        },
        action: { type: "expire" },
      },
      {
        rulePriority: 2,
        description: `The newest ${keepTagged} tagged images stay`,
        selection: {
          tagStatus: "tagged",
          tagPatternList: ["*"],
          countType: "imageCountMoreThan",
          countNumber: keepTagged,
        },
        action: { type: "expire" },
      },
    ],
  });
}

/** Least rights to pull from one repository. */
export function pullStatements(repositoryArn: string): readonly Statement[] {
  return [registryLogin, { Sid: "Pull", Effect: "Allow", Action: pullActions, Resource: repositoryArn }];
}

/** What pulling an image takes, in an identity's policy or a repository's. */
const pullActions = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

const pushActions = [
  ...pullActions,
  "ecr:CompleteLayerUpload",
  "ecr:DescribeImages",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
].sort();

/** Least rights to push to one repository and to ask it for a tag's digest. */
function pushStatements(repositoryArn: string): readonly Statement[] {
  return [registryLogin, { Sid: "Push", Effect: "Allow", Action: pushActions, Resource: repositoryArn }];
}

/** The login is to a registry, not to a repository: IAM knows no narrower resource. */
const registryLogin: Statement = {
  Sid: "Login",
  Effect: "Allow",
  Action: ["ecr:GetAuthorizationToken"],
  Resource: "*",
};

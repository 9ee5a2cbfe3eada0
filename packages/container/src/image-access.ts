import type { Statement } from "./policy.ts";

/** What pulling an image takes, in an identity's policy or a repository's. */
export const pullActions = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

const pushActions = [
  ...pullActions,
  "ecr:CompleteLayerUpload",
  "ecr:DescribeImages",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
].sort();

/** The login is to a registry, not to a repository: IAM knows no narrower resource. */
const login: Statement = { Sid: "Login", Effect: "Allow", Action: ["ecr:GetAuthorizationToken"], Resource: "*" };

/** Least rights to pull from one repository. */
export function pullStatements(repositoryArn: string): readonly Statement[] {
  return [login, { Sid: "Pull", Effect: "Allow", Action: pullActions, Resource: repositoryArn }];
}

/** Least rights to push to one repository and to ask it for a tag's digest. */
export function pushStatements(repositoryArn: string): readonly Statement[] {
  return [login, { Sid: "Push", Effect: "Allow", Action: pushActions, Resource: repositoryArn }];
}

import type { Statement } from "@slipway/core";
import { pullActions } from "./pull-actions.ts";
import { registryLogin } from "./registry-login.ts";

const pushActions = [
  ...pullActions,
  "ecr:CompleteLayerUpload",
  "ecr:DescribeImages",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
].sort();

/** Least rights to push to one repository and to ask it for a tag's digest. */
export function pushStatements(repositoryArn: string): readonly Statement[] {
  return [registryLogin, { Sid: "Push", Effect: "Allow", Action: pushActions, Resource: repositoryArn }];
}

import { DataAwsEcrRepository } from "@cdktf/provider-aws/lib/data-aws-ecr-repository";
import { Construct } from "constructs";
import { checkRepositoryName, type ImageSource } from "./image-repository.ts";

export interface ExistingImageRepositoryProps {
  /** Of a repository in the stack's own account and region. */
  readonly name: string;
}

/**
 * An ECR repository that somebody else manages: looked up when Terraform plans, never changed. Its policy, lifecycle and scans are theirs;
 * that its tags stay is checked, because a tag is what a second run of a commit deploys.
 */
export class ExistingImageRepository extends Construct implements ImageSource {
  readonly repository: DataAwsEcrRepository;

  constructor(scope: Construct, id: string, { name }: ExistingImageRepositoryProps) {
    super(scope, id);
    checkRepositoryName(name);
    this.repository = new DataAwsEcrRepository(this, "repository", {
      name,
      lifecycle: {
        postcondition: [
          {
            condition: '${contains(["IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"], self.image_tag_mutability)}',
            errorMessage: `Repository (${name}) must have tags that never move; run aws ecr put-image-tag-mutability --repository-name ${name} --image-tag-mutability IMMUTABLE.`,
          },
        ],
      },
    });
  }

  get repositoryArn(): string {
    return this.repository.arn;
  }

  get repositoryUrl(): string {
    return this.repository.repositoryUrl;
  }
}

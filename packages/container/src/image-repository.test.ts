import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { synth } from "@slipway/testing";
import { ImageRepository, type ImageRepositoryProps } from "./image-repository.ts";

function repository(
  props: Partial<ImageRepositoryProps> = {},
  use: (repository: ImageRepository, role: IamRole) => void = () => {},
) {
  return synth((scope) => {
    const images = new ImageRepository(scope, "images", { name: "shop", ...props });
    use(images, new IamRole(scope, "role", { assumeRolePolicy: "{}" }));
  });
}

const rules = (props: Partial<ImageRepositoryProps>) =>
  JSON.parse(repository(props).one("aws_ecr_lifecycle_policy").policy).rules;

test("tags never move and every push is scanned", () => {
  expect(repository().one("aws_ecr_repository")).toMatchObject({
    name: "shop",
    image_tag_mutability: "IMMUTABLE",
    image_scanning_configuration: { scan_on_push: true },
  });
});

test("untagged images go by age, tagged ones by number", () => {
  expect(rules({ keepTagged: 3, untaggedDays: 2 })).toEqual([
    expect.objectContaining({
      selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 2 },
    }),
    expect.objectContaining({
      selection: { tagStatus: "tagged", tagPatternList: ["*"], countType: "imageCountMoreThan", countNumber: 3 },
    }),
  ]);
  expect(rules({}).map((rule: { selection: { countNumber: number } }) => rule.selection.countNumber)).toEqual([7, 50]);
});

test("pulling is granted on this repository alone, and the login that IAM cannot narrow", () => {
  const json = repository({}, (images, role) => images.grantPull(role));
  const grant = json.one("aws_iam_role_policy");
  expect(grant.role).toMatch(/aws_iam_role\.role\.name/);
  expect(JSON.parse(grant.policy).Statement).toEqual([
    { Sid: "Login", Effect: "Allow", Action: ["ecr:GetAuthorizationToken"], Resource: "*" },
    {
      Sid: "Pull",
      Effect: "Allow",
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      Resource: expect.stringMatching(/^\$\{aws_ecr_repository\.images_repository_\w+\.arn\}$/),
    },
  ]);
});

test("pushing is granted without deleting and without changing the repository", () => {
  const json = repository({}, (images, role) => images.grantPush(role));
  const [, push] = JSON.parse(json.one("aws_iam_role_policy").policy).Statement;
  expect(push.Resource).toMatch(/aws_ecr_repository/);
  expect(push.Action).toEqual([
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:DescribeImages",
    "ecr:GetDownloadUrlForLayer",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
  ]);
});

test("one role can have both rights", () => {
  const json = repository({}, (images, role) => {
    images.grantPull(role);
    images.grantPush(role);
  });
  expect(json.all("aws_iam_role_policy").map(({ name }) => name)).toEqual(["image-pull", "image-push"]);
});

test("other accounts may pull and nothing else", () => {
  const json = repository({ pullAccounts: ["222222222222", "111111111111", "222222222222"] });
  expect(JSON.parse(json.one("aws_ecr_repository_policy").policy).Statement).toEqual([
    {
      Sid: "Pull",
      Effect: "Allow",
      Principal: { AWS: ["arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root"] },
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    },
  ]);
  expect(repository().all("aws_ecr_repository_policy")).toEqual([]);
});

test("protection decides whether the repository can be deleted; images are never deleted with it", () => {
  expect(repository().one("aws_ecr_repository").lifecycle).toEqual({ prevent_destroy: true });
  const open = repository({ protection: "none" }).one("aws_ecr_repository");
  expect([open.lifecycle, open.force_delete]).toEqual([undefined, undefined]);
});

test.each(["Shop", "shop--web", "-shop", "s"])("the name %s is refused", (name) => {
  expect(() => repository({ name })).toThrow(
    `name (${name}) must be 2 to 256 lower-case letters and digits with single . _ - or / between them; rename it.`,
  );
});

test("an account that is no number is refused", () => {
  expect(() => repository({ pullAccounts: ["staging"] })).toThrow(
    "pullAccounts (staging) must be 12 digits; give the account's number.",
  );
});

test.each(["keepTagged", "untaggedDays"] as const)("%s of 0 is refused, not replaced by the default", (prop) => {
  expect(() => repository({ [prop]: 0 })).toThrow(
    `${prop} (0) must be a whole number from 1; leave it out for the default.`,
  );
});

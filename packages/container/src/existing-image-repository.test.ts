import { synth } from "@slipway/testing";
import { TerraformOutput } from "cdktf";
import { ExistingImageRepository } from "./existing-image-repository.ts";

const found = synth((scope) => {
  const images = new ExistingImageRepository(scope, "images", { name: "team/shop" });
  new TerraformOutput(scope, "url", { value: images.repositoryUrl });
});

test("the repository is looked up by its name, and nothing is made", () => {
  const [repository] = Object.values<Record<string, unknown>>(found.json.data.aws_ecr_repository);
  expect(repository).toMatchObject({ name: "team/shop" });
  expect(found.json.resource).toBeUndefined();
  expect(found.output("url")).toMatch(/^\$\{data\.aws_ecr_repository\.\w+\.repository_url\}$/);
});

test("tags that can move are refused, with the command that stops them", () => {
  const [repository] = Object.values<{ lifecycle: object }>(found.json.data.aws_ecr_repository);
  expect(repository?.lifecycle).toEqual({
    postcondition: [
      {
        condition: '${contains(["IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"], self.image_tag_mutability)}',
        error_message:
          "Repository (team/shop) must have tags that never move; run aws ecr put-image-tag-mutability --repository-name team/shop --image-tag-mutability IMMUTABLE.",
      },
    ],
  });
});

test("a name that ECR refuses is refused", () => {
  expect(() => synth((scope) => new ExistingImageRepository(scope, "images", { name: "Shop" }))).toThrow(
    "name (Shop) must be 2 to 256 lower-case letters and digits with single . _ - or / between them; rename it.",
  );
});

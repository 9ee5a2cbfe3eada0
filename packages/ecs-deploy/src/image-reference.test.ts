import { imageReference } from "./images.ts";

const digest = `sha256:${"0".repeat(64)}`;

test("an ECR image gives account, region and repository", () => {
  const reference = imageReference(`111111111111.dkr.ecr.ap-northeast-2.amazonaws.com/team/web@${digest}`);
  expect(reference).toMatchObject({
    digest,
    tag: "",
    ecr: { account: "111111111111", region: "ap-northeast-2", repositoryName: "team/web" },
  });
});

test("images of other registries have no ECR part", () => {
  expect(imageReference("nginx:1.27")).toMatchObject({ repository: "nginx", tag: "1.27", ecr: undefined });
  expect(imageReference("127.0.0.1:4566/web:1")).toMatchObject({
    repository: "127.0.0.1:4566/web",
    tag: "1",
    ecr: undefined,
  });
});

test.each(["", "two words", "web@sha256:short", "web:-1", "/web"])("(%s) is no image", (uri) => {
  expect(imageReference(uri)).toBeUndefined();
});

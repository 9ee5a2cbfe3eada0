import { failureFrom } from "@slipway/core/testing/fake-log";
import { imageDefinitions, imageReference, parseImageDefinitions } from "./images.ts";

const imageUri = `111111111111.dkr.ecr.ap-northeast-2.amazonaws.com/web@sha256:${"a".repeat(64)}`;
const write = (images: { name: string; imageUri: string }[], requireDigest = true) =>
  imageDefinitions(images, { requireDigest });

test("the text is the JSON that CodePipeline reads, name first", () => {
  expect(write([{ name: "django_test", imageUri }])).toBe(`[{"name":"django_test","imageUri":"${imageUri}"}]`);
});

test("a tag is accepted only when digests are not demanded", async () => {
  const images = [{ name: "web", imageUri: "registry.example.com/web:1" }];
  expect((await failureFrom(() => write(images))).reason).toBe("image-without-digest");
  expect(write(images, false)).toContain("web:1");
});

test.each([
  ["an image that is no URI", [{ name: "web", imageUri: "not an image" }], "must be an image URI"],
  [
    "a container named twice",
    [
      { name: "web", imageUri },
      { name: "web", imageUri },
    ],
    "must be named once",
  ],
  ["a name that ECS would not take", [{ name: "web server", imageUri }], "letters, digits"],
  ["no container", [], "at least one container"],
])("%s is refused", async (_, images, text) => {
  const failure = await failureFrom(() => write(images));
  expect(failure.reason).toBe("image-definitions-invalid");
  expect(failure.message).toContain(text);
});

test("a file over 100 KB is refused with its size", async () => {
  const images = Array.from({ length: 700 }, (_, index) => ({ name: `web-${index}`, imageUri }));
  const failure = await failureFrom(() => write(images));
  expect(failure.reason).toBe("image-definitions-too-large");
  expect(failure.message).toMatch(/\(\d{6} bytes\) must be at most 102400 bytes/);
});

test("a file is read back as it was written", () => {
  const images = [{ name: "web", imageUri }];
  expect(parseImageDefinitions("file.json", write(images))).toEqual(images);
});

test.each(["{", '{"name":"web"}', '[{"name":"web"}]', '[{"name":1,"imageUri":"x"}]', "[null]"])(
  "%s is not taken for image definitions",
  async (text) => {
    const failure = await failureFrom(() => parseImageDefinitions("file.json", text));
    expect(failure.reason).toBe("image-definitions-invalid");
    expect(failure.message).toContain("file.json");
  },
);

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

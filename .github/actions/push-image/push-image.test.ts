import { awsError } from "@slipway/core/testing/aws-error";
import { failureFrom, fakeLog } from "@slipway/core/testing/fake-log";
import { fakeClient } from "@slipway/ecs-deploy/testing/fake-client";
import type { DockerClient } from "./docker.ts";
import { pushImage } from "./push-image.ts";

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const repositoryUri = "111111111111.dkr.ecr.ap-northeast-2.amazonaws.com/web";
const manifest = (configuration: string) => JSON.stringify({ config: { digest: digest(configuration) } });

interface Registry {
  /** Tag → manifest digest. */
  tags: Record<string, string>;
  /** Manifest digest → manifest. */
  manifests: Record<string, string>;
}

function registry(tags: Registry["tags"] = {}, manifests: Registry["manifests"] = {}) {
  const state: Registry = {
    tags,
    manifests: { [digest("1")]: manifest("a"), [digest("2")]: manifest("b"), ...manifests },
  };
  const ecr = fakeClient({
    DescribeRepositories: ({ repositoryNames }) => {
      if (repositoryNames[0] !== "web") throw awsError("RepositoryNotFoundException", "it does not exist");
      return { repositories: [{ repositoryUri, registryId: "111111111111" }] };
    },
    BatchGetImage: ({ imageIds }) => {
      const images = imageIds.flatMap(
        ({ imageTag, imageDigest = state.tags[imageTag] }: { imageTag: string; imageDigest?: string }) =>
          imageDigest ? [{ imageId: { imageTag, imageDigest }, imageManifest: state.manifests[imageDigest] }] : [],
      );
      return { images };
    },
    GetAuthorizationToken: () => ({
      authorizationData: [
        { authorizationToken: Buffer.from("AWS:hunter2").toString("base64"), proxyEndpoint: "https://127.0.0.1:4566" },
      ],
    }),
    PutImage: ({ imageTag, imageDigest }) => {
      state.tags[imageTag] = imageDigest;
      return {};
    },
  });
  return { ecr, state };
}

function docker(state: Registry, image: object = {}, push = true) {
  const runs: { args: string; stdin: string | undefined }[] = [];
  const client: DockerClient = {
    async run(args, stdin) {
      runs.push({ args: args.join(" "), stdin });
      const ok = { ok: true, stdout: "", error: "" };
      if (args[0] === "image" && args[1] === "inspect") {
        if (args[2] !== "web:local") return { ok: false, stdout: "[]", error: "No such image" };
        const inspected = {
          Id: digest("a"),
          Os: "linux",
          Architecture: "amd64",
          Size: 1,
          Config: { ExposedPorts: { "8000/tcp": {} } },
          ...image,
        };
        return { ...ok, stdout: JSON.stringify([inspected]) };
      }
      if (args[0] === "push" && !push) return { ok: false, stdout: "", error: "denied" };
      if (args[0] === "push") state.tags[args[1]?.split(":").at(-1) ?? ""] = digest("1");
      return ok;
    },
    withLogin: (work) => work(client),
  };
  return { client, runs };
}

async function push(store: ReturnType<typeof registry>, changes: object = {}, engine = docker(store.state)) {
  const input = {
    image: "web:local",
    repository: "web",
    registryId: "",
    tags: ["v1"],
    expectedPort: 8000,
    expectedPlatform: "",
    dryRun: false,
    ...changes,
  };
  const log = fakeLog();
  return { log, engine, work: () => pushImage(input, { ecr: store.ecr.client, docker: engine.client, log }) };
}

test("logs in by stdin at the registry's own host, pushes once, tags the rest on the same digest", async () => {
  const store = registry();
  const { engine, log, work } = await push(store, { tags: ["v1", "v1.0"] });
  const { outputs } = await work();
  expect(outputs).toEqual({
    "image-uri": `${repositoryUri}@${digest("1")}`,
    digest: digest("1"),
    registry: repositoryUri.split("/")[0],
    pushed: "true",
  });
  expect(engine.runs).toContainEqual({
    args: "login --username AWS --password-stdin 127.0.0.1:4566",
    stdin: "hunter2",
  });
  expect(engine.runs.filter(({ args }) => args.startsWith("push"))).toEqual([
    { args: "push 127.0.0.1:4566/web:v1", stdin: undefined },
  ]);
  expect(store.state.tags).toEqual({ v1: digest("1"), "v1.0": digest("1") });
  expect(log.masked).toEqual(["hunter2"]);
  expect(engine.runs.map(({ args }) => args).join()).not.toContain("hunter2");
});

test("does nothing when the tag points at this image", async () => {
  const { engine, work } = await push(registry({ v1: digest("1") }));
  expect((await work()).outputs).toMatchObject({ pushed: "false", digest: digest("1") });
  expect(engine.runs.map(({ args }) => args)).toEqual(["image inspect web:local"]);
});

test("asked to keep, takes what the tags point at and pushes nothing, though this build is another", async () => {
  const { engine, work } = await push(registry({ v1: digest("2") }), { ifTagExists: "keep" });
  expect((await work()).outputs).toEqual({
    "image-uri": `${repositoryUri}@${digest("2")}`,
    digest: digest("2"),
    registry: repositoryUri.split("/")[0],
    pushed: "false",
  });
  expect(engine.runs.map(({ args }) => args)).toEqual(["image inspect web:local"]);
});

test("asked to keep, pushes under a tag that is free, and refuses tags that disagree", async () => {
  const { work } = await push(registry(), { ifTagExists: "keep" });
  expect((await work()).outputs).toMatchObject({ pushed: "true", digest: digest("1") });
  const two = await push(registry({ v1: digest("1"), v2: digest("2") }), { ifTagExists: "keep", tags: ["v1", "v2"] });
  expect((await failureFrom(two.work)).message).toContain("Tags `v1` and `v2` must point at one image");
});

test("knows this image inside an index, and by the digest that a containerd engine shows", async () => {
  const index = JSON.stringify({ manifests: [{ digest: digest("1") }, { digest: digest("2") }] });
  const { work } = await push(registry({ v1: digest("9") }, { [digest("9")]: index }));
  expect((await work()).outputs).toMatchObject({ pushed: "false", digest: digest("9") });
  const store = registry({ v1: digest("2") });
  const containerd = await push(store, {}, docker(store.state, { Id: digest("2") }));
  expect((await containerd.work()).outputs).toMatchObject({ pushed: "false" });
});

test("refuses to move a tag, with both digests and without a login", async () => {
  const { engine, work } = await push(registry({ v1: digest("2") }));
  const failure = await failureFrom(work);
  expect(failure.reason).toBe("tag-points-elsewhere");
  expect(failure.message).toContain(
    `points at ${digest("2")} (image ${digest("b")}); this build is image ${digest("a")}`,
  );
  expect(engine.runs).toHaveLength(1);
});

test("pushes nothing in a dry run", async () => {
  const store = registry();
  const { engine, work } = await push(store, { dryRun: true });
  expect((await work()).summary).toContain("would be pushed");
  expect(engine.runs).toHaveLength(1);
  expect(store.state.tags).toEqual({});
});

test("a push that lost a race is judged by where the tag points", async () => {
  const store = registry();
  const engine = docker(store.state, {}, false);
  const failed = await push(store, {}, engine);
  expect((await failureFrom(failed.work)).reason).toBe("push-failed");
  const run = engine.client.run;
  engine.client.run = async (args, stdin) => {
    if (args[0] === "push") store.state.tags.v1 = digest("2");
    return run(args, stdin);
  };
  expect((await failureFrom(failed.work)).reason).toBe("tag-points-elsewhere");
});

test.each([
  [
    { "9000/tcp": {} },
    ["warning: Image (web:local) exposes 9000/tcp, and the task is asked on 8000: correct EXPOSE or"],
  ],
  [{}, ["Image (web:local) exposes no port; the task is asked on 8000"]],
  [null, ["Image (web:local) exposes no port; the task is asked on 8000"]],
  [{ "8000/tcp": {}, "9000/tcp": {} }, []],
])("EXPOSE of %j is a remark and no condition", async (ExposedPorts, remarks) => {
  const store = registry();
  const { log, work } = await push(store, {}, docker(store.state, { Config: { ExposedPorts } }));
  expect((await work()).outputs).toMatchObject({ pushed: "true" });
  expect(log.lines.filter((line) => line.includes("expose")).map((line) => line.split(" EXPOSE or")[0])).toEqual(
    remarks.map((remark) => remark.split(" EXPOSE or")[0]),
  );
});

test("an image of another platform is refused before anything is asked of the registry or pushed", async () => {
  const store = registry();
  const engine = docker(store.state, { Architecture: "arm64", Variant: "v8" });
  const refused = await push(store, { expectedPlatform: "linux/amd64", ifTagExists: "keep" }, engine);
  expect((await failureFrom(refused.work)).reason).toBe("platform-mismatch");
  expect([store.ecr.calls, engine.runs.map(({ args }) => args)]).toEqual([[], ["image inspect web:local"]]);
  await (await push(store, { expectedPlatform: "linux/arm64" }, engine)).work();
  expect(store.state.tags).toEqual({ v1: digest("1") });
});

test.each([
  ["image-not-found", { image: "web:gone" }, "No such image"],
  [
    "platform-mismatch",
    { expectedPlatform: "linux/arm64" },
    "Image (web:local) must be built for linux/arm64, which the services run on; it is for linux/amd64",
  ],
  ["repository-not-found", { repository: "wep" }, "apply the registry stack"],
  ["input-invalid", { repository: repositoryUri }, "must be a name without its registry"],
  ["input-invalid", { tags: [] }, "must name a tag"],
  ["input-invalid", { tags: ["feature/x"] }, "Tag (feature/x) must be"],
])("%s for %j", async (reason, changes, text) => {
  const failure = await failureFrom((await push(registry(), changes)).work);
  expect(failure.reason).toBe(reason);
  expect(failure.message).toContain(text);
});

import { dockerClient } from "./host/docker-client.ts";
import { fakeHost } from "./host/testing/fake-host.ts";
import { removeContainers } from "./local-aws.ts";

test("an instance's containers go, and then the network that they alone used", async () => {
  const host = fakeHost({
    executables: { docker: ["/usr/bin"] },
    answers: {
      "/usr/bin/docker ps --all --quiet --filter label=slipway=one": { stdout: "a\nb\n" },
      "/usr/bin/docker network ls --quiet --filter label=slipway=one": { stdout: "n\n" },
    },
  });
  const docker = await dockerClient(host);
  const before = host.commands.length;
  expect(await removeContainers(docker, ["one", "two"])).toBe(2);
  expect(host.commands.slice(before).filter((line) => / (rm|network rm) /.test(line))).toEqual([
    "/usr/bin/docker rm --force --volumes a b",
    "/usr/bin/docker network rm n",
  ]);
});

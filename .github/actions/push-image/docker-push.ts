import { type ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { ActionFailure, type Log } from "@slipway/core";
import type { DockerClient } from "./docker.ts";
import { type Repository, registryImages } from "./registry.ts";

interface Clients {
  readonly ecr: ECRClient;
  readonly docker: DockerClient;
  readonly log: Log;
}

export interface DockerPush {
  readonly image: string;
  readonly repository: Repository;
  readonly tag: string;
}

/** Logs in by standard input, pushes one tag and forgets the login. */
export async function dockerPush({ image, repository, tag }: DockerPush, { ecr, docker, log }: Clients): Promise<void> {
  // Deprecated for tokens, but the only way to learn another account's registry host.
  const command = new GetAuthorizationTokenCommand(
    repository.registryId ? { registryIds: [repository.registryId] } : {},
  );
  const token = (await ecr.send(command)).authorizationData?.[0];
  const [user = "", password = ""] = Buffer.from(token?.authorizationToken ?? "", "base64")
    .toString()
    .split(":");
  if (password !== "") log.mask(password);
  const host = new URL(token?.proxyEndpoint ?? "http://unknown").host;
  const target = `${host}/${repository.name}:${tag}`;

  await docker.withLogin(async (session) => {
    const login = await session.run(["login", "--username", user, "--password-stdin", host], password);
    if (!login.ok) {
      throw new ActionFailure(
        "login-failed",
        `Registry ${host} refused the login (${login.error})`,
        "check that the engine reaches the registry, then run again",
      );
    }
    const tagged = await session.run(["tag", image, target]);
    if (!tagged.ok)
      throw new ActionFailure("push-failed", `docker could not tag ${target} (${tagged.error})`, "run again");
    log.info(`Pushing ${target}`);
    const pushed = await session.run(["push", target]);
    await session.run(["image", "rm", "--no-prune", target]);
    // A push that lost a race against another run of the same build is judged by what the tag points at now.
    if (!pushed.ok && (await registryImages(ecr, repository, [tag])).length === 0) {
      throw new ActionFailure(
        "push-failed",
        `docker could not push ${target} (${pushed.error})`,
        "run again; if it stays, check the push permissions in this action's README",
      );
    }
  });
}

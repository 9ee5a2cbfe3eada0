import { readFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "@slipway/core";
import { environment, workflowApp } from "@slipway/infra";
import { type Docker, ensureBaseImages, ensureDocker, type SlipwayHome } from "@slipway/local-aws";
import { imagePrefix } from "../../local/image.ts";
import { type Figure, median } from "./measure.ts";

/** Measures the size of the Django image without its base image, and the time to its first response, median of 5. */
export async function benchImage(
  { root, folder, id }: SlipwayHome,
  log: (line: string) => void,
): Promise<readonly Figure[]> {
  const app = workflowApp(environment("local"));
  const dockerfile = join(root, app.dockerfile);
  const image = `${imagePrefix(id)}/bench:app`;
  const docker = await ensureDocker({ log, homeFolder: folder });
  await ensureBaseImages(dockerfile, docker, folder, { log });
  await docker.build({ context: join(root, app.context), dockerfile, tag: image });
  try {
    const base = /^ARG PYTHON_IMAGE=(\S+)/m.exec(readFileSync(dockerfile, "utf8"))?.[1] ?? "";
    const size = async (name: string) => Number(await docker.exec(["image", "inspect", "--format", "{{.Size}}", name]));
    const starts: number[] = [];
    for (let run = 0; run < 5; run += 1) starts.push(await firstAnswerSeconds(docker, image));
    return [
      { what: "image over its base", value: ((await size(image)) - (await size(base))) / 1e6, unit: "MB", limit: 80 },
      { what: "image, first answer after its start", value: median(starts), unit: "s", limit: 2 },
    ];
  } finally {
    await docker.attempt(["image", "rm", image]);
  }
}

async function firstAnswerSeconds(docker: Docker, image: string): Promise<number> {
  const settings = ["--env", "SECRET_KEY=bench", "--env", "ALLOWED_HOSTS=localhost"];
  const strict = ["--read-only", "--tmpfs", "/tmp", "--publish", "127.0.0.1::8000"];
  const container = (await docker.exec(["run", "--detach", ...strict, ...settings, image])).trim();
  const started = performance.now();
  try {
    const port = (await docker.exec(["port", container, "8000/tcp"])).trim().split(":").at(-1);
    while (performance.now() - started < 20_000) {
      if ((await healthStatus(Number(port))) === 200) return (performance.now() - started) / 1000;
      await sleep(10);
    }
    throw new Failure(
      `the image (${image}) must answer /healthz within 20 s`,
      "`docker run` it to see why it does not",
    );
  } finally {
    await docker.attempt(["rm", "--force", "--volumes", container]);
  }
}

/** Uses `http.get`, because on Node 20 the first `fetch` of a process hangs if the server closes the connection at once. */
function healthStatus(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, path: "/healthz", agent: false, timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on("error", () => resolve(undefined)).on("timeout", () => request.destroy());
  });
}

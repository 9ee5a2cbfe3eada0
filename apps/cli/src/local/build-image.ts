import { Failure } from "@slipway/core";
import type { Delivery } from "./delivery.ts";
import { ensureImage, type LocalImage } from "./image.ts";

/** The app's image, built before anything is applied for it: a broken Dockerfile or a wrong port costs seconds. */
export async function buildImage(delivery: Delivery, repository: string | undefined): Promise<LocalImage> {
  const { reporter, docker, app } = delivery;
  return reporter.step("Image", async (step) => {
    const image = await ensureImage(delivery, repository, () => {});
    const exposed = await docker.exec(["image", "inspect", "--format", "{{json .Config.ExposedPorts}}", image.name]);
    refusePort(JSON.parse(exposed), app);
    step.result(`${image.tag}, ${image.how}`);
    return image;
  });
}

/** An image that exposes nothing may still listen; one that exposes other ports only will never be healthy. */
export function refusePort(
  exposed: Readonly<Record<string, object>> | null,
  app: { readonly own: boolean; readonly folder: string; readonly port: number },
): void {
  const ports = Object.keys(exposed ?? {}).map((name) => name.replace("/tcp", ""));
  if (ports.length === 0 || ports.includes(String(app.port))) return;
  const remedy = app.own
    ? "correct `port` in apps/infra/src/environments.ts or EXPOSE in its Dockerfile"
    : `pass --port ${ports[0]}, or correct EXPOSE in its Dockerfile`;
  throw new Failure(`image (${app.folder}) must expose port ${app.port}, but it exposes ${ports.join(", ")}`, remedy);
}

import type { ImageSource } from "./image-source.ts";

/** The one container of a web service. */
export interface WebContainer {
  /** What `imagedefinitions.json` calls it. */
  readonly name: string;
  readonly image: ImageSource;
  readonly port: number;
  /** Path that answers 200–399 when the app can serve; asked from inside by Python and from outside by the load balancer. @default "/" */
  readonly healthCheckPath?: string;
  /** @default the image's own */
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Environment variable → ARN of an SSM parameter or Secrets Manager secret. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Seconds between SIGTERM and SIGKILL, at most 120; longer than the server's own graceful timeout (30 for gunicorn). @default 45 */
  readonly stopTimeoutSeconds?: number;
  /** Only /tmp can be written. @default true */
  readonly readonlyRootFilesystem?: boolean;
}

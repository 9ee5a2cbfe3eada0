import { fargateSizeError } from "@slipway/container/fargate-size";
import { healthCheckGrace, retentionError, stopTimeout } from "@slipway/container/service-limits";
import { domainNameError } from "@slipway/network/domain-name";
import * as z from "zod";
import { must } from "./must.ts";

const variables = z.record(
  z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, must("be letters, digits and _, no digit first", "rename it")),
  z.string(must("be a text", "put it in quotes")),
  must("be names with values", 'write { NAME: "value" }'),
);

/** A path that requests can name. */
function pathLike(example: string) {
  return z
    .string(must("be a path", `write for example ${example}`))
    .regex(/^\/[\x21-\x7e]*$/, must("start with / and hold no spaces", `write for example ${example}`));
}

function seconds({ min, max }: { readonly min: number; readonly max: number }, remedy: string) {
  const message = must(`be a whole number of seconds from ${min} to ${max}`, remedy);
  return z.int(message).min(min, message).max(max, message);
}

const portMust = must("be a port", "give a number from 1 to 65535");

const hostMust = must(
  "be a host name with a dot, at most 128 characters, * and ? for any others",
  "write for example shop.example.com",
);

const host = z.string(hostMust).superRefine((name, context) => {
  // A top-level domain may be in punycode, such as xn--p1ai.
  if (/^(?=.{1,128}$)[a-zA-Z0-9.*?-]*\.[a-zA-Z]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/.test(name)) return;
  // What is no pattern has a more exact sentence.
  const message =
    /[*?]/.test(name) && isAscii(name) ? undefined : domainNameError(name.toLowerCase(), { wildcard: true });
  context.addIssue({ code: "custom", message: message ?? hostMust });
});

const isAscii = (text: string) => /^[\x20-\x7e]*$/.test(text);

const listMust = (example: string) => must("be a list of words", `write ${example}`);

/** A service: settings of its task definition and, where it has a port, of its target group and listener rule. */
export const serviceSchema = z
  .strictObject({
    /** Name of the container in `imagedefinitions.json`. */
    containerName: z
      .string(must("be a name", "give the container's name"))
      .regex(/^[a-zA-Z0-9_-]{1,255}$/, must("be letters, digits, - and _", "rename it")),
    /** Port that the app listens on. @default none, nor a load balancer: a worker or a scheduler */
    port: z.int(portMust).min(1, portMust).max(65_535, portMust).optional(),
    /** CPU units; 1024 is one vCPU. */
    cpu: z.int(must("be a number of CPU units", "1024 is one vCPU")),
    /** MiB. */
    memory: z.int(must("be a number of MiB", "2048 goes with 1024 CPU units")),
    desiredCount: z
      .int(must("be a number of tasks", "0 keeps the service stopped"))
      .min(0, must("be 0 or more", "0 keeps the service stopped"))
      .max(500, must("be at most 500", "ask for fewer tasks")),
    /** Answers 200–399 when the app can serve; needed with a port, and only there. */
    healthCheckPath: pathLike("/healthz").optional(),
    /** Answers with JSON whose `digest` is the image's, which the check after a deployment asks for. @default none: ECS alone says which image runs */
    versionPath: pathLike("/version").optional(),
    /** Command of the container. @default the image's command */
    command: z.array(z.string(), listMust('["gunicorn", "config.wsgi"]')).min(1).optional(),
    /** Command of a one-off task that runs with a new revision before the service is updated, e.g. migrations. @default none */
    migrateCommand: z.array(z.string(), listMust('["python", "manage.py", "migrate", "--noinput"]')).min(1).optional(),
    /**
     * In a value, `{load-balancer}` stands for the load balancer's DNS name, `{hosts}` for `hosts` as ALLOWED_HOSTS writes them, and
     * `{static-site}` for the address of the app's files there, `https://<domain.static>/static/`.
     */
    environment: variables.default({}),
    /** Environment variable → name of an SSM parameter (`/…`) or ARN of a Secrets Manager secret. Never a value. */
    secrets: z
      .record(
        z.string(),
        z
          .string(must("be a name", "give the parameter's name, never its value"))
          .regex(
            /^(\/[a-zA-Z0-9_.-]+)+$|^arn:[^:]+:secretsmanager:/,
            must(
              "be the name of an SSM parameter, such as /shop/web/SECRET_KEY, or a secret's ARN",
              "never write a value here",
            ),
          ),
      )
      .default({}),
    /**
     * "bucket" gives the app a bucket for what its users upload: its name in `MEDIA_BUCKET`, and the right to read and write there. All
     * services of an environment that say so share it. @default none
     */
    media: z.enum(["bucket"], must("be bucket", "leave it out for no uploads")).optional(),
    architecture: z
      .enum(["X86_64", "ARM64"], must("be X86_64 or ARM64", "give what the image is built for"))
      .default("X86_64"),
    /** False lets the app write anywhere in its container, not only in /tmp. */
    readonlyRootFilesystem: z.boolean(must("be true or false", "leave it out for true")).default(true),
    /** Lets people with the right open a shell in a task by `aws ecs execute-command`. */
    shell: z.boolean(must("be true or false", "leave it out for false")).default(false),
    /** @default 30 */
    logRetentionDays: z.int(must("be a number of days", "leave it out for 30")).optional(),
    /** From SIGTERM to SIGKILL; longer than the server's own graceful timeout. @default 45 */
    stopTimeoutSeconds: seconds(stopTimeout, "Fargate knows no other").optional(),
    /** How long failed health checks of the load balancer are ignored after a task's start. @default 60 */
    healthCheckGraceSeconds: seconds(healthCheckGrace, "leave it out for 60").optional(),
    /** How long a leaving task may finish what it was asked; longer than the slowest answer. @default 30 */
    deregistrationDelaySeconds: seconds({ min: 0, max: 3600 }, "leave it out for 30").optional(),
    /** Priority of the listener rule; lower numbers are evaluated first. @default 100 */
    priority: z.int(must("be a number", "leave it out for 100")).min(1).max(50_000).optional(),
    /** @default ["/*"] */
    paths: z.array(z.string(), must("be a list of paths", 'write ["/*"]')).min(1).max(5).optional(),
    /** Host names that requests must have; with a `domain`, they lead here, over HTTPS. @default any */
    hosts: z
      .array(host, must("be a list of host names", 'write ["shop.example.com"]'))
      .min(1, must("name at least one host", "leave it out for any"))
      .optional(),
  })
  .superRefine((service, context) => {
    for (const { field, message } of mistakes(service)) {
      context.addIssue({ code: "custom", path: [field], message });
    }
  });

interface Mistake {
  readonly field: string;
  readonly message: string;
}

/** Only what a load balancer does gives these a meaning. */
const behindLoadBalancer = [
  "versionPath",
  "healthCheckGraceSeconds",
  "deregistrationDelaySeconds",
  "priority",
  "paths",
  "hosts",
] as const;

interface Given extends Readonly<Partial<Record<(typeof behindLoadBalancer)[number], unknown>>> {
  readonly cpu: number;
  readonly memory: number;
  readonly shell: boolean;
  readonly readonlyRootFilesystem: boolean;
  readonly port?: number | undefined;
  readonly healthCheckPath?: string | undefined;
  readonly versionPath?: string | undefined;
  readonly logRetentionDays?: number | undefined;
  readonly media?: "bucket" | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly paths?: readonly string[] | undefined;
  readonly hosts?: readonly string[] | undefined;
}

/** Mistakes that several fields make together, or that are no matter of form. */
function mistakes(service: Given): readonly Mistake[] {
  const { cpu, memory, logRetentionDays, port } = service;
  const size = fargateSizeError(cpu, memory);
  const retention = logRetentionDays === undefined ? undefined : retentionError(logRetentionDays);
  return [
    ...(size === undefined ? [] : [{ field: size.field, message: size.must }]),
    ...(retention === undefined ? [] : [{ field: "logRetentionDays" as const, message: retention }]),
    ...(service.shell && service.readonlyRootFilesystem ? [shellMistake] : []),
    ...mediaMistakes(service),
    ...(port === undefined ? withoutLoadBalancer(service) : withLoadBalancer(service)),
  ];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-considerations */
const shellMistake: Mistake = {
  field: "shell",
  message: must(
    "come with readonlyRootFilesystem: false, because the agent of ECS Exec writes into the container",
    "add it, or leave shell out",
  ),
};

function mediaMistakes({ media, environment, secrets }: Given): readonly Mistake[] {
  if (media === undefined) return [];
  const message = must("not name MEDIA_BUCKET beside media, which sets it", "remove one of them");
  return (["environment", "secrets"] as const)
    .filter((field) => "MEDIA_BUCKET" in { environment, secrets }[field])
    .map((field) => ({ field, message }));
}

function withoutLoadBalancer(service: Given): readonly Mistake[] {
  const none = "or leave out both for a service without load balancer";
  if (service.healthCheckPath !== undefined) {
    return [{ field: "port", message: must("be there with healthCheckPath", `give the port, ${none}`) }];
  }
  return behindLoadBalancer
    .filter((field) => service[field] !== undefined)
    .map((field) => ({
      field,
      message: must("not be there without port, which is what has a load balancer", "remove it, or give port"),
    }));
}

function withLoadBalancer({ healthCheckPath, versionPath, paths = ["/*"], hosts = [] }: Given): readonly Mistake[] {
  if (healthCheckPath === undefined) {
    const remedy = "give the path, or leave out both for a service without load balancer";
    return [{ field: "healthCheckPath", message: must("be there with port", remedy) }];
  }
  const unreachable = must(`match one of paths (${paths.join(", ")}), or no request reaches it`, "add it there");
  const reached = (path: string | undefined) => !path?.startsWith("/") || paths.some((each) => matches(each, path));
  return [
    ...(reached(healthCheckPath) ? [] : [{ field: "healthCheckPath" as const, message: unreachable }]),
    ...(reached(versionPath) ? [] : [{ field: "versionPath" as const, message: unreachable }]),
    ...(paths.length + hosts.length > 5
      ? [{ field: "hosts" as const, message: must("be five at most together with paths", "name fewer") }]
      : []),
  ];
}

/** Whether a listener rule's pattern, in which `*` and `?` stand for others, matches the path of a request. */
function matches(pattern: string, path: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`).test(path.split(/[?#]/)[0] ?? "");
}

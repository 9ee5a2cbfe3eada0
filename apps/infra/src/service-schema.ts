import { fargateSizeError } from "@slipway/container/fargate-size";
import * as z from "zod";
import { must } from "./must.ts";

const variables = z.record(
  z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, must("be letters, digits and _, no digit first", "rename it")),
  z.string(must("be a text", "put it in quotes")),
  must("be names with values", 'write { NAME: "value" }'),
);

/** A web service. Everything here ends in its task definition, its target group or its route. */
export const serviceSchema = z
  .strictObject({
    /** What `imagedefinitions.json` calls the container. */
    containerName: z
      .string(must("be a name", "give the container's name"))
      .regex(/^[a-zA-Z0-9_-]{1,255}$/, must("be letters, digits, - and _", "rename it")),
    /** What the app listens on. */
    port: z.int(must("be a port", "give a number from 1 to 65535")).min(1, portMust()).max(65_535, portMust()),
    /** CPU units; 1024 is one vCPU. */
    cpu: z.int(must("be a number of CPU units", "1024 is one vCPU")),
    /** MiB. */
    memory: z.int(must("be a number of MiB", "2048 goes with 1024 CPU units")),
    desiredCount: z
      .int(must("be a number of tasks", "0 keeps the service stopped"))
      .min(0, must("be 0 or more", "0 keeps the service stopped"))
      .max(500, must("be at most 500", "ask for fewer tasks")),
    /** Answers 200–399 when the app can serve. */
    healthCheckPath: z
      .string(must("be a path", "write for example /healthz"))
      .regex(/^\/[\x21-\x7e]*$/, must("start with / and hold no spaces", "write for example /healthz")),
    /** What the container runs; without it, what the image says. */
    command: z.array(z.string(), must("be a list of words", 'write ["gunicorn", "config.wsgi"]')).min(1).optional(),
    /** What runs as one task of a new revision before the service gets it, e.g. migrations; without it, nothing does. */
    migrateCommand: z
      .array(z.string(), must("be a list of words", 'write ["python", "manage.py", "migrate", "--noinput"]'))
      .min(1)
      .optional(),
    /** `{load-balancer}` in a value stands for the load balancer's DNS name. */
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
    architecture: z
      .enum(["X86_64", "ARM64"], must("be X86_64 or ARM64", "give what the image is built for"))
      .default("X86_64"),
    /** False lets the app write anywhere in its container, not only in /tmp. */
    readonlyRootFilesystem: z.boolean(must("be true or false", "leave it out for true")).default(true),
    /** Order of the route among the environment's services; lower goes first. */
    priority: z.int(must("be a number", "leave it out for 100")).min(1).max(50_000).default(100),
    paths: z.array(z.string(), must("be a list of paths", 'write ["/*"]')).min(1).max(5).default(["/*"]),
  })
  .superRefine(({ cpu, memory }, context) => {
    const error = fargateSizeError(cpu, memory);
    if (error !== undefined) context.addIssue({ code: "custom", path: [error.field], message: error.must });
  });

function portMust(): string {
  return must("be a port", "give a number from 1 to 65535");
}

import {
  corsErrors,
  environmentError,
  memoryError,
  routeErrors,
  throttlingErrors,
  timeoutError,
} from "@slipway/compute/http-api-limits";
import * as z from "zod";
import { repositoryPath } from "./app-schema.ts";
import { must } from "./must.ts";

const keyMust = must("be at most 20 lower-case letters, digits and hyphens, a letter first", "rename it");
const numberMust = must("be a number", "leave it out for the default");
const listMust = must("be a list of texts", "put it in brackets");

/** A number that `error` says what is wrong with. */
function limited(error: (value: number) => string | undefined) {
  return z.number(numberMust).superRefine((value, context) => {
    const message = error(value);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
}

const functionSchema = z.strictObject(
  {
    runtime: z.enum(["python3.13", "nodejs22.x"], must("be python3.13 or nodejs22.x", "choose one")),
    /** A file of the folder without its ending and a function in it, as `main.handler`. */
    handler: z.string(must("be a file and a function", "write for example main.handler")),
    /** Its code and nothing else, from the repository's root. */
    folder: repositoryPath("apps/api/hello"),
    /** Plain values, which everybody who may read the state can read. @default none */
    environment: z
      .record(
        z.string().superRefine((name, context) => {
          const message = environmentError(name);
          if (message !== undefined) context.addIssue({ code: "custom", message });
        }),
        z.string(must("be a text", "put it in quotes")),
        must("be names with values", 'write { NAME: "value" }'),
      )
      .optional(),
    /** MB. @default 256 */
    memorySize: limited(memoryError).optional(),
    /** Seconds. @default 10 */
    timeout: limited(timeoutError).optional(),
  },
  must(
    "be { runtime, handler, folder }",
    'write for example { runtime: "python3.13", handler: "main.handler", folder: "apps/api/hello" }',
  ),
);

const corsSchema = z.strictObject(
  {
    allowOrigins: z.array(z.string(listMust), listMust),
    allowMethods: z.array(z.string(listMust), listMust).optional(),
    allowHeaders: z.array(z.string(listMust), listMust).optional(),
    exposeHeaders: z.array(z.string(listMust), listMust).optional(),
    credentials: z.enum(["include", "omit"], must("be include or omit", "include lets pages send cookies")).optional(),
    maxAge: z.number(numberMust).optional(),
  },
  must("be { allowOrigins }", 'write { allowOrigins: ["https://www.example.com"] }'),
);

const throttlingSchema = z.strictObject(
  { burstLimit: z.number(numberMust), rateLimit: z.number(numberMust) },
  must("be { burstLimit, rateLimit }", "leave it out for 50 at once and 100 a second"),
);

/** The HTTP API of an environment, at the name `domain.api`. */
export const apiSchema = z
  .strictObject(
    {
      /** Which function answers: `GET /hello/{name}`, `ANY /{rest+}`, or `$default` for what no other takes. */
      routes: z.record(
        z.string(),
        z.string(must("be the key of a function", "name one of functions")),
        must("be functions by their routes", 'write { "GET /hello": "hello" }'),
      ),
      functions: z.record(
        z.string().regex(/^(?=.{1,20}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/, keyMust),
        functionSchema,
        must("be functions by their names", "write { hello: { … } }"),
      ),
      /** Which pages of other names may use it. @default none */
      cors: corsSchema.optional(),
      /** What all clients together may ask. */
      throttling: throttlingSchema.default({ burstLimit: 50, rateLimit: 100 }),
    },
    must("be { routes, functions }", "leave it out for no API"),
  )
  .superRefine(({ routes, functions, cors, throttling }, context) => {
    const add = (path: readonly string[], message: string) =>
      context.addIssue({ code: "custom", path: [...path], message });
    for (const { path, must: message } of routeErrors(Object.keys(routes))) add(["routes", ...path], message);
    for (const { path, must: message } of cors === undefined ? [] : corsErrors(cors)) add(["cors", ...path], message);
    for (const { path, must: message } of throttlingErrors(throttling)) add(["throttling", ...path], message);
    for (const [route, key] of Object.entries(routes)) {
      if (Object.hasOwn(functions, key)) continue;
      const known = Object.keys(functions).join(", ") || "there is none";
      add(["routes", route], must(`be the key of a function (${known})`, "add it to functions or correct it"));
    }
    for (const key of Object.keys(functions).filter((each) => !Object.values(routes).includes(each))) {
      add(["functions", key], must("answer a route", "add one to routes or remove the function"));
    }
  });

interface WithApi {
  readonly api?: unknown;
  readonly domain?: { readonly api?: string | undefined } | undefined;
}

/** An API and its name come together. */
export function apiErrors({ api, domain }: WithApi): readonly (readonly [path: readonly string[], message: string])[] {
  if (api !== undefined && domain?.api === undefined) {
    return [[["domain", "api"], must("be the name at which the API answers", "add it, or remove api")]];
  }
  if (api === undefined && domain?.api !== undefined) {
    return [[["api"], must(`say what answers at ${domain.api}`, "add it, or remove domain.api")]];
  }
  return [];
}

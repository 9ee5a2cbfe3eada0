/** What is wrong with a value, where in the thing it is. */
export interface LimitError {
  /** Parts of the field's path; none: the thing itself. */
  readonly path: readonly string[];
  readonly value: string | number;
  /** "must …; …." */
  readonly must: string;
}

/** Which pages of which names a browser lets use an API. */
export interface Cors {
  /** As `https://www.example.com`; `*` is every page. */
  readonly allowOrigins: readonly string[];
  /** @default GET, HEAD and POST without a question before */
  readonly allowMethods?: readonly string[] | undefined;
  /** Header fields beyond those that every page may send. @default none */
  readonly allowHeaders?: readonly string[] | undefined;
  /** Header fields of answers that pages may read. @default those that every page may read */
  readonly exposeHeaders?: readonly string[] | undefined;
  /** "include" lets pages send cookies, and not from every page (`*`). @default "omit" */
  readonly credentials?: "include" | "omit" | undefined;
  /** Seconds that a browser keeps the answer, up to 86400. @default it asks each time */
  readonly maxAge?: number | undefined;
}

/** What all clients together may ask; above it they get a 429. */
export interface Throttling {
  /** Requests at once, from 1 to 5000. */
  readonly burstLimit: number;
  /** Requests a second, up to 10000. */
  readonly rateLimit: number;
}

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const routePattern = new RegExp(`^(ANY|${methods.join("|")}) (/.*)$`);
const variable = /^\{[\w.-]+\}$/;
const greedyVariable = /^\{[\w.-]+\+\}$/;

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html */
function routeKeyError(key: string): string | undefined {
  if (key === "$default") return undefined;
  const [, , path] = routePattern.exec(key) ?? [];
  if (path === undefined) {
    return `must be $default or ${["ANY", ...methods].join(", ")} and a path; write for example GET /hello.`;
  }
  const parts = path.split("/").slice(1);
  const last = parts.length - 1;
  const wrong = parts.find((part, index) => {
    if (/^[\w.~:@!&'()*,;=%-]+$/.test(part) || variable.test(part)) return false;
    return index === last ? !(part === "" || greedyVariable.test(part)) : true;
  });
  if (wrong !== undefined) {
    return "must have parts of letters, digits and signs between its slashes, or {name}, or at its end {name+}; correct the path.";
  }
  const names = parts.filter((part) => part.startsWith("{")).map((part) => part.replace("+", ""));
  return new Set(names).size === names.length ? undefined : "must have each {name} once; rename one of them.";
}

/** What API Gateway refuses of the keys of an API's routes. */
export function routeErrors(keys: readonly string[]): readonly LimitError[] {
  if (keys.length === 0) return [{ path: [], value: "none", must: "must name at least one route; add one." }];
  const seen = new Map<string, string>();
  return keys.flatMap((key): readonly LimitError[] => {
    const error = routeKeyError(key);
    if (error !== undefined) return [{ path: [key], value: key, must: error }];
    const shape = key.replaceAll(/\{[^}+]*(\+?)\}/g, "{$1}");
    const other = seen.get(shape);
    seen.set(shape, key);
    if (other === undefined) return [];
    return [{ path: [key], value: key, must: `must differ from ${other} in more than a name in braces; remove one.` }];
  });
}

const origin = /^(\*|https?:\/\/(\*|[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?))$/;
const headerName = /^(\*|[A-Za-z0-9!#$%&'*+.^_`|~-]+)$/;

/** What API Gateway, or a browser after it, refuses of an API's CORS. */
export function corsErrors(cors: Cors): readonly LimitError[] {
  const { allowOrigins, allowMethods = [], allowHeaders = [], exposeHeaders = [], credentials, maxAge = 0 } = cors;
  const each = (field: string, values: readonly string[], fits: (value: string) => boolean, must: string) =>
    values.flatMap((value, index) => (fits(value) ? [] : [{ path: [field, String(index)], value, must }]));
  const isHeader = (value: string) => headerName.test(value);
  const header = "must be the name of a header field; write for example content-type.";
  const errors: LimitError[] = [
    ...each(
      "allowOrigins",
      allowOrigins,
      (value) => origin.test(value),
      "must be * or a protocol with a name, without a path; write for example https://www.example.com.",
    ),
    ...each(
      "allowMethods",
      allowMethods,
      (value) => ["*", ...methods].includes(value),
      `must be * or one of ${methods.join(", ")}; correct it.`,
    ),
    ...each("allowHeaders", allowHeaders, isHeader, header),
    ...each("exposeHeaders", exposeHeaders, isHeader, header),
  ];
  if (allowOrigins.length === 0) {
    errors.push({ path: ["allowOrigins"], value: "none", must: "must name an origin; add one or leave cors out." });
  }
  if (credentials === "include" && allowOrigins.includes("*")) {
    const must = "must not come with the origin *, which browsers refuse; name the origins.";
    errors.push({ path: ["credentials"], value: "include", must });
  }
  if (!isWithin(maxAge, 0, 86_400)) {
    errors.push({
      path: ["maxAge"],
      value: maxAge,
      must: "must be seconds from 0 to 86400, which is a day; correct it.",
    });
  }
  return errors;
}

/** What API Gateway refuses, with the quotas of an account: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
export function throttlingErrors({ burstLimit, rateLimit }: Throttling): readonly LimitError[] {
  const errors: LimitError[] = [];
  if (!isWithin(burstLimit, 1, 5000)) {
    const must = "must be a whole number from 1 to 5000, what an account may take at once; correct it.";
    errors.push({ path: ["burstLimit"], value: burstLimit, must });
  }
  // With 0, which Terraform fills in where nothing is said, every request gets a 429.
  if (!(rateLimit > 0 && rateLimit <= 10_000)) {
    const must = "must be a number above 0 and up to 10000, what an account may take in a second; correct it.";
    errors.push({ path: ["rateLimit"], value: rateLimit, must });
  }
  return errors;
}

/** What is wrong with a function's memory, in MB, or undefined. */
export function memoryError(memorySize: number): string | undefined {
  return isWithin(memorySize, 128, 10_240) ? undefined : "must be a whole number of MB from 128 to 10240; correct it.";
}

/** What is wrong with a function's timeout, in seconds, or undefined. */
export function timeoutError(timeout: number): string | undefined {
  if (isWithin(timeout, 1, 30)) return undefined;
  return "must be whole seconds from 1 to 30, after which an HTTP API has given up; shorten it.";
}

/** What is wrong with the name of a function's variable, or undefined. */
export function environmentError(name: string): string | undefined {
  if (/^AWS_|^LAMBDA_/.test(name))
    return "must not begin with AWS_ or LAMBDA_, which Lambda keeps for itself; rename it.";
  if (/^[A-Za-z]\w+$/.test(name)) return undefined;
  return "must be two or more letters, digits and _, a letter first; rename it.";
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

import type { Context } from "openapi-backend";
import description from "./description.json";
import type { Answer, Call } from "./errors.ts";
import { handlers, issueHandlers, pullHandlers } from "./issue-handlers.ts";
import { environmentHandlers, rulesetHandlers, settingsHandlers } from "./settings-handlers.ts";
import type { GithubState } from "./state.ts";

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly body: unknown;
  readonly headers: Record<string, string>;
}

export interface CheckedApi {
  readonly violations: readonly string[];
  request(call: ApiRequest, login: string, readOnly: boolean): Promise<Answer>;
}

const forbidden: Answer = {
  status: 403,
  body: {
    message: "Resource not accessible by integration",
    documentation_url: "https://docs.github.com/rest",
    status: "403",
  },
};

/** The calls, each checked against GitHub's own description, question and answer. */
export async function checkedApi(state: GithubState, workflowLogin: string): Promise<CheckedApi> {
  // Loaded with the first fake, so that programs that do not use it start fast.
  const [{ OpenAPIBackend }, { default: addFormats }] = await Promise.all([
    import("openapi-backend"),
    import("ajv-formats"),
  ]);
  const violations: string[] = [];
  const api = new OpenAPIBackend({
    // JSON has no types that fit the description's own.
    definition: description as never,
    quick: true,
    ajvOpts: { strict: false },
    customizeAjv: (ajv) => addFormats(ajv as never) as never,
  });
  const reject = (status: number, message: string, what: (context: Context) => string) => (context: Context) => {
    violations.push(`${context.request.method} ${context.request.path}: ${what(context)}`);
    return { status, body: { message } };
  };
  for (const [operation, handler] of Object.entries({
    ...handlers,
    ...issueHandlers,
    ...pullHandlers,
    ...settingsHandlers,
    ...rulesetHandlers,
    ...environmentHandlers,
  })) {
    api.register(operation, (context: Context, login: string, readOnly: boolean): Answer => {
      const { params, query, requestBody, method } = context.request;
      if (login === workflowLogin && operation === "users/get-authenticated") return forbidden;
      if (readOnly && method !== "get") return forbidden;
      const answer = handler({ params, query, body: requestBody ?? {}, login } as unknown as Call, state);
      const check = answer.body === undefined ? undefined : api.validateResponse(answer.body, operation, answer.status);
      if (check?.errors) violations.push(`answer of ${operation}: ${JSON.stringify(check.errors.slice(0, 3))}`);
      return answer;
    });
  }
  api.register({
    validationFail: reject(422, "Validation Failed", ({ validation }) => JSON.stringify(validation.errors)),
    notFound: reject(404, "Not Found", () => "not in the description"),
    notImplemented: reject(501, "Not implemented", () => "the fake does not have it yet"),
  });
  await api.init();
  return { violations, request: (call, login, readOnly) => api.handleRequest(call as never, login, readOnly) };
}

export interface Fault {
  readonly method?: string;
  readonly path?: RegExp;
  /** How often; 1 when left out. */
  readonly times?: number;
  /** Left out: the call is answered as ever. */
  readonly status?: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** True: the call takes effect, only its answer is lost. */
  readonly done?: boolean;
  /** What happens just before the call. */
  readonly before?: () => void;
}

/** What goes wrong next, in the order in which it was asked for. */
export class Faults {
  private readonly waiting: { readonly fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.waiting.push({ fault, left: fault.times ?? 1 });
  }

  next(method: string, path: string): Fault | undefined {
    const entry = this.waiting.find(
      ({ fault, left }) => left > 0 && (fault.method ?? method) === method && (fault.path?.test(path) ?? true),
    );
    if (entry !== undefined) entry.left -= 1;
    return entry?.fault;
  }

  static answer({ status = 500, message = "", headers = {} }: Fault): Answer {
    const body = { message: message || `Failed with ${status}`, documentation_url: "https://docs.github.com/rest" };
    return { status, body, headers };
  }
}

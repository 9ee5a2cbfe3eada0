import type { Answer } from "./issue-handlers.ts";

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

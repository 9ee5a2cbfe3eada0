export interface NamedPlan {
  readonly environment: string;
  /** Commit whose stacks were planned. */
  readonly head: string;
  /** SHA-256 of the manifest: the plan's id. */
  readonly plan: string;
}

/** The hidden line below a comment's marker by which the plan that it shows is found again. */
export const manifestLine = {
  write({ environment, head, plan }: NamedPlan): string {
    return `<!-- slipway:manifest:v1 environment=${environment} head=${head} plan=${plan} -->`;
  },

  /** What a comment of ours names; undefined where it names none. The text below it may be anybody's and is not looked at. */
  read(body: string): NamedPlan | undefined {
    const [, second = ""] = body.split("\n", 2);
    const found = /^<!-- slipway:manifest:v1 environment=(\S+) head=([0-9a-f]+) plan=([0-9a-f]{64}) -->\r?$/.exec(
      second,
    );
    if (found === null) return undefined;
    const [, environment = "", head = "", plan = ""] = found;
    return { environment, head, plan };
  },
};

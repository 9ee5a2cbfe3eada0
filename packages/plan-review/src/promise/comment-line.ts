interface NamedPlan {
  readonly environment: string;
  /** Commit whose stacks were planned. */
  readonly head: string;
  /** The plan's id. */
  readonly plan: string;
}

/** The hidden line below a comment's marker that says which plan it shows. It decides nothing: what is applied is looked up in the bucket. */
export const planLine = {
  write({ environment, head, plan }: NamedPlan): string {
    return `<!-- slipway:manifest:v1 environment=${environment} head=${head} plan=${plan} -->`;
  },

  /** The plan that a comment names, or undefined. Only the second line is read, because the text below may come from anybody. */
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

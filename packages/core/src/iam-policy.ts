/** A statement of an IAM or bucket policy. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  /** Bucket policies only. */
  readonly Principal?: "*" | Readonly<Record<string, string | readonly string[]>>;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

type Make = (
  sid: string,
  actions: readonly string[],
  resource: string | readonly string[],
  condition?: PolicyStatement["Condition"],
) => PolicyStatement;

const make =
  (effect: PolicyStatement["Effect"]): Make =>
  (sid, actions, resource, condition) => ({
    Sid: sid,
    Effect: effect,
    Action: actions,
    Resource: resource,
    ...(condition !== undefined && { Condition: condition }),
  });

/** Short ways to write a statement of a role's policy. */
export const statement = { allow: make("Allow"), deny: make("Deny") };

export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
}

/** The JSON of an IAM policy. */
export function policy(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** Where roles are made, and what limits them. */
export interface RolePlacement {
  /** @default "/" */
  readonly path?: string;
  /** ARN of the policy that no role exceeds. @default none */
  readonly permissionsBoundary?: string;
}

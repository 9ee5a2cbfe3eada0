import type { PolicyStatement } from "./policy-statement.ts";

/** Where the parts of a state bucket are. */
export interface StatePlace {
  readonly bucketArn: string;
  /** Keys of plan files and manifests begin with it. */
  readonly planPrefix: string;
}

/** Least rights for a plan: reads states and records, adds plan files and can neither read nor replace one. */
export function planWriterStatements(place: StatePlace): readonly PolicyStatement[] {
  return [listing(place), readStates(place), addPlans(place)];
}

/** Least rights for an apply: writes states and records, takes and releases locks, reads the reviewed plan and may add another. */
export function applyStatements(place: StatePlace): readonly PolicyStatement[] {
  const { bucketArn, planPrefix } = place;
  return [
    listing(place),
    allow("States", ["s3:GetObject", "s3:PutObject"], objects(place)),
    allow("Locks", ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], `${bucketArn}/*.tfstate.tflock`),
    // While an apply is under way, there is no record of the last one.
    allow("Records", ["s3:DeleteObject"], `${bucketArn}/*.applied.json`),
    allow("ReadPlans", ["s3:GetObject"], `${bucketArn}/${planPrefix}*`),
    addPlans(place),
  ];
}

/** Terraform looks for workspaces; and without it, an object that is not there is "forbidden", not "not found". */
function listing({ bucketArn }: StatePlace): PolicyStatement {
  return allow("List", ["s3:GetBucketLocation", "s3:ListBucket"], bucketArn);
}

function readStates(place: StatePlace): PolicyStatement {
  return allow("States", ["s3:GetObject"], objects(place));
}

/** A plan that is stored is never replaced: S3 itself refuses a write without `If-None-Match`. */
function addPlans({ bucketArn, planPrefix }: StatePlace): PolicyStatement {
  return {
    ...allow("AddPlans", ["s3:PutObject"], `${bucketArn}/${planPrefix}*`),
    Condition: { Null: { "s3:if-none-match": "false" } },
  };
}

function objects({ bucketArn }: StatePlace): readonly string[] {
  return [`${bucketArn}/*.tfstate`, `${bucketArn}/*.applied.json`];
}

function allow(sid: string, actions: readonly string[], resource: string | readonly string[]): PolicyStatement {
  return { Sid: sid, Effect: "Allow", Action: actions, Resource: resource };
}

import type { PolicyStatement } from "@slipway/core";

/** Where the parts of a state bucket are. */
export interface StateLocation {
  readonly bucketArn: string;
  /** Keys of plan files and manifests begin with it. */
  readonly planPrefix: string;
}

/** Least rights for a plan: reads states and what is beside them, adds plan files and can neither read nor replace one. */
export function planWriterStatements(location: StateLocation): readonly PolicyStatement[] {
  return [listing(location), readStates(location), addPlans(location)];
}

/** Least rights for an apply: writes states, takes and releases locks, reads the reviewed plan and may add another. */
export function applyStatements(location: StateLocation): readonly PolicyStatement[] {
  const { bucketArn, planPrefix } = location;
  const recordsAndLocks = [...recordSuffixes, lock].map((name) => `${bucketArn}/*${name}`);
  return [
    listing(location),
    readStates(location),
    allow("States", ["s3:PutObject"], [`${bucketArn}/*${state}`, ...recordsAndLocks]),
    allow("Notes", ["s3:DeleteObject"], recordsAndLocks),
    allow("ReadPlans", ["s3:GetObject"], `${bucketArn}/${planPrefix}*`),
    addPlans(location),
  ];
}

const state = ".tfstate";
const lock = ".tfstate.tflock";

/** What was applied last, and what an apply is about to make. */
const recordSuffixes = [".applied.json", ".applying.json"];

/** Terraform looks for workspaces; and without it, an object that is not there is "forbidden", not "not found". */
function listing({ bucketArn }: StateLocation): PolicyStatement {
  return allow("List", ["s3:GetBucketLocation", "s3:ListBucket"], bucketArn);
}

/** A lock too, to name who holds it. */
function readStates({ bucketArn }: StateLocation): PolicyStatement {
  return allow(
    "ReadStates",
    ["s3:GetObject"],
    [state, lock, ...recordSuffixes].map((name) => `${bucketArn}/*${name}`),
  );
}

/** A plan that is stored is never replaced: S3 itself refuses a write without `If-None-Match`. */
function addPlans({ bucketArn, planPrefix }: StateLocation): PolicyStatement {
  return {
    ...allow("AddPlans", ["s3:PutObject"], `${bucketArn}/${planPrefix}*`),
    Condition: { Null: { "s3:if-none-match": "false" } },
  };
}

function allow(sid: string, actions: readonly string[], resource: string | readonly string[]): PolicyStatement {
  return { Sid: sid, Effect: "Allow", Action: actions, Resource: resource };
}

import type { PolicyStatement } from "@slipway/core";

/** Where the parts of a state bucket are. */
export interface StateLocation {
  readonly bucketArn: string;
  /** Keys of the environment's states and of what is beside them begin with it. @default "": the bucket holds no other's */
  readonly statePrefix?: string;
  /** Keys of promises begin with it: what was reviewed. */
  readonly promisePrefix: string;
}

/** Least rights for a plan: reads states and what is beside them, adds promises and can neither read nor replace one. */
export function planWriterStatements(location: StateLocation): readonly PolicyStatement[] {
  return [listing(location), readStates(location), addPromises(location, "")];
}

/** Least rights for an apply: writes states, takes and releases locks, reads what was reviewed and may add plans of main. */
export function applyStatements(location: StateLocation): readonly PolicyStatement[] {
  const { bucketArn, promisePrefix } = location;
  const recordsAndLocks = beside(location, [...recordSuffixes, lock]);
  return [
    listing(location),
    readStates(location),
    allow("States", ["s3:PutObject"], [...beside(location, [state]), ...recordsAndLocks]),
    allow("Notes", ["s3:DeleteObject"], recordsAndLocks),
    allow("ReadPromises", ["s3:GetObject"], `${bucketArn}/${promisePrefix}*`),
    addPromises(location, mains),
    addBundles(location),
  ];
}

/** Where an apply that succeeded keeps the bundles that it ran, for a rollback. */
export const bundlePrefix = "bundles/";

/** Least rights for a rollback to take its bundles from the account that is rolled back. */
export function bundleReaderStatements({ bucketArn }: StateLocation): readonly PolicyStatement[] {
  return [
    {
      ...allow("ListBundles", ["s3:ListBucket"], bucketArn),
      Condition: { StringEquals: { "s3:prefix": bundlePrefix } },
    },
    allow("ReadBundles", ["s3:GetObject"], `${bucketArn}/${bundlePrefix}*`),
  ];
}

const state = ".tfstate";
const lock = ".tfstate.tflock";

/** What was applied last, and what an apply is about to make. */
const recordSuffixes = [".applied.json", ".applying.json"];

function beside({ bucketArn, statePrefix = "" }: StateLocation, suffixes: readonly string[]): readonly string[] {
  return suffixes.map((suffix) => `${bucketArn}/${statePrefix}*${suffix}`);
}

/**
 * Terraform looks for workspaces; and without it, an object that is not there is "forbidden", not "not found". S3 asks that without a
 * prefix, so a condition on one would refuse it too: the names of all objects can be listed.
 */
function listing({ bucketArn }: StateLocation): PolicyStatement {
  return allow("List", ["s3:GetBucketLocation", "s3:ListBucket"], bucketArn);
}

/** A lock too, to name who holds it. */
function readStates(location: StateLocation): PolicyStatement {
  return allow("ReadStates", ["s3:GetObject"], beside(location, [state, lock, ...recordSuffixes]));
}

/** Below the prefix and an environment: promises of main, which only an apply makes. */
const mains = "*/main/";

/** Where promises of main are. */
export function promisesOfMain({ bucketArn, promisePrefix }: StateLocation): string {
  return `${bucketArn}/${promisePrefix}${mains}*`;
}

/** What is stored is never replaced: S3 itself refuses a write without `If-None-Match`. */
function addPromises({ bucketArn, promisePrefix }: StateLocation, below: string): PolicyStatement {
  return {
    ...allow("AddPromises", ["s3:PutObject"], `${bucketArn}/${promisePrefix}${below}*`),
    Condition: { Null: { "s3:if-none-match": "false" } },
  };
}

/** Nobody replaces one either. */
function addBundles({ bucketArn }: StateLocation): PolicyStatement {
  return {
    ...allow("AddBundles", ["s3:PutObject"], `${bucketArn}/${bundlePrefix}*`),
    Condition: { Null: { "s3:if-none-match": "false" } },
  };
}

function allow(sid: string, actions: readonly string[], resource: string | readonly string[]): PolicyStatement {
  return { Sid: sid, Effect: "Allow", Action: actions, Resource: resource };
}

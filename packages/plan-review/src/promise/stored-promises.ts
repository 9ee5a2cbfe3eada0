import type { S3Client } from "@aws-sdk/client-s3";
import { ActionFailure, sha256 } from "@slipway/core";
import { commands } from "../next-commands.ts";
import { type PlanPromise, promiseSchema } from "./promise.ts";
import { type PromiseLocation, promisePrefix, s3Client } from "./promise-store.ts";

/** A promise and the plan's id. */
export interface StoredPromise {
  readonly id: string;
  readonly promise: PlanPromise;
}

/** Reads what `promiseStore` put. */
export interface StoredPromises {
  /** The newest of a commit of a pull request: by run, then by attempt. Undefined where there is none. */
  newest(head: string): Promise<StoredPromise | undefined>;
  /** The one with this id, of main or of any pull request. */
  named(id: string): Promise<StoredPromise>;
  /** Of these commits, the ones that have any. */
  planned(heads: readonly string[]): Promise<readonly string[]>;
}

/** How many are read at once where one is looked for by its id. */
const atOnce = 16;

export function storedPromises(location: PromiseLocation): StoredPromises {
  const { bucket: Bucket, environment } = location;
  const prefix = promisePrefix(location);
  const withClient = async <T>(work: (client: S3Client) => Promise<T>) => {
    const client = await s3Client(location);
    try {
      return await work(client);
    } finally {
      client.destroy();
    }
  };
  return {
    newest: (head) =>
      withClient(async (client) => {
        const [key] = newestFirst(await list(client, Bucket, `${prefix}${head}/`));
        const text = key === undefined ? undefined : await read(client, Bucket, key);
        if (text === undefined) return undefined;
        const found = parse(text, environment);
        if (found.promise.environment === environment && found.promise.head === head) return found;
        throw unreadable(`The promise (${key}) must be of its own environment and commit`, environment);
      }),

    named: (id) =>
      withClient(async (client) => {
        const ofMain = await read(client, Bucket, `${prefix}main/${id}.json`);
        if (ofMain !== undefined && sha256(ofMain) === id) return parse(ofMain, environment);
        const keys = newestFirst(await list(client, Bucket, prefix));
        for (let index = 0; index < keys.length; index += atOnce) {
          const texts = await Promise.all(keys.slice(index, index + atOnce).map((key) => read(client, Bucket, key)));
          const text = texts.find((each) => each !== undefined && sha256(each) === id);
          if (text !== undefined) return parse(text, environment);
        }
        const what = `No plan of \`${environment}\` has the id ${id}: plans are kept for 7 days`;
        throw new ActionFailure("plan-expired", what, `plan again: ${commands.plan(environment)}`);
      }),

    planned: (heads) =>
      withClient(async (client) => {
        const keys = await list(client, Bucket, prefix);
        return heads.filter((head) => keys.some((key) => key.startsWith(`${prefix}${head}/`)));
      }),
  };
}

/** Keys of promises of pull requests, `…/<head>/<run id>-<attempt>.json`, the newest first; other keys are left out. */
function newestFirst(keys: readonly string[]): string[] {
  const found = keys.flatMap((key) => {
    const [, run, attempt] = /\/[0-9a-f]{40}\/(\d{1,15})-(\d{1,6})\.json$/.exec(key) ?? [];
    return run === undefined ? [] : [{ key, run: Number(run), attempt: Number(attempt) }];
  });
  return found.sort((a, b) => b.run - a.run || b.attempt - a.attempt).map(({ key }) => key);
}

async function list(client: S3Client, Bucket: string, Prefix: string): Promise<string[]> {
  const { paginateListObjectsV2 } = await import("@aws-sdk/client-s3");
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix }))
    keys.push(...Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key])));
  return keys;
}

async function read(client: S3Client, Bucket: string, Key: string): Promise<string | undefined> {
  const { GetObjectCommand } = await import("@aws-sdk/client-s3");
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    return await Body?.transformToString();
  } catch (error) {
    if (error instanceof Error && /^(NoSuchKey|NotFound)$/.test(error.name)) return undefined;
    throw error;
  }
}

function parse(text: string, environment: string): StoredPromise {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const id = sha256(text);
  const found = promiseSchema.safeParse(json);
  if (found.success) return { id, promise: found.data };
  throw unreadable(`Plan ${id} must be one that this version of the action wrote`, environment);
}

function unreadable(what: string, environment: string): ActionFailure {
  return new ActionFailure("no-plan", what, `plan again: ${commands.plan(environment)}`);
}

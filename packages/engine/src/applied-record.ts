import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** What a stack was when it was last applied; a stack is unchanged when all of it is the same now. */
export interface AppliedRecord {
  readonly sha256: string;
  readonly terraform: string;
  readonly awsProvider: string;
  readonly upstreamHashes: Readonly<Record<string, string>>;
  readonly incarnation: string;
}

/** One small JSON file that a kill can never leave half written. */
export const appliedRecord = {
  read(path: string): AppliedRecord | undefined {
    try {
      return JSON.parse(readFileSync(path, "utf8")) as AppliedRecord;
    } catch {
      return undefined;
    }
  },

  write(path: string, record: AppliedRecord): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.new`, `${JSON.stringify(record, null, 2)}\n`);
    renameSync(`${path}.new`, path);
  },

  remove(path: string): void {
    if (existsSync(path)) rmSync(path);
  },

  /** Names the first thing that differs, for people; undefined when nothing does. */
  difference(before: AppliedRecord | undefined, now: AppliedRecord): string | undefined {
    if (before === undefined) return "never applied";
    if (before.sha256 !== now.sha256) return "its definition changed";
    if (before.terraform !== now.terraform) return "Terraform changed";
    if (before.awsProvider !== now.awsProvider) return "the AWS provider changed";
    if (before.incarnation !== now.incarnation) return "the AWS it lives in changed";
    const keys = new Set([...Object.keys(before.upstreamHashes), ...Object.keys(now.upstreamHashes)]);
    const moved = [...keys].find((key) => before.upstreamHashes[key] !== now.upstreamHashes[key]);
    return moved === undefined ? undefined : `upstream output ${moved} changed`;
  },
};

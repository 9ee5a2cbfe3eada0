import type { CaaAnswer } from "dns-packet";
import type { Dns } from "./dns.ts";
import { isWithin, namesAbove, plain } from "./names.ts";

/** CAA records that keep Amazon from issuing for a name. */
export interface CaaProblem {
  /** The name on a certificate, with its `*.`. */
  readonly name: string;
  /** Where the records are that decide. */
  readonly at: string;
  /** Who may issue; empty: nobody. */
  readonly allowed: readonly string[];
}

/** Each of them stands for Amazon: https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html */
const amazon: readonly string[] = ["amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"];
const known: readonly string[] = ["issue", "issuewild", "iodef"];

/**
 * What forbids Amazon to issue for a name, by the records nearest above it (RFC 8659); undefined: nothing does. `zone` is one that gets records
 * of its own together with its certificates: what lies above it is not asked for.
 */
export async function caaProblem(dns: Dns, name: string, zone = ""): Promise<CaaProblem | undefined> {
  const base = plain(name.replace(/^\*\./, ""));
  for (const at of [base, ...namesAbove(base)].filter((each) => isWithin(each, zone))) {
    const { answers } = await dns.resolve(at, "CAA");
    const records = answers.filter((answer): answer is CaaAnswer => answer.type === "CAA");
    if (records.length === 0) continue;
    const allowed = issuersOf(records, name.startsWith("*."));
    return allowed === "anybody" || allowed.some((each) => amazon.includes(each)) ? undefined : { name, at, allowed };
  }
  return undefined;
}

function issuersOf(records: readonly CaaAnswer[], wildcard: boolean): readonly string[] | "anybody" {
  const facts = records.map(({ data }) => ({
    tag: data.tag.toLowerCase(),
    issuer: plain((data.value.split(";")[0] ?? "").trim()),
    isCritical: data.issuerCritical === true || ((data.flags ?? 0) & 128) !== 0,
  }));
  // Who does not know a critical record must not issue.
  if (facts.some(({ tag, isCritical }) => isCritical && !known.includes(tag))) return [];
  const decisive = wildcard && facts.some(({ tag }) => tag === "issuewild") ? "issuewild" : "issue";
  const decided = facts.filter(({ tag }) => tag === decisive);
  return decided.length === 0 ? "anybody" : decided.map(({ issuer }) => issuer).filter((issuer) => issuer !== "");
}

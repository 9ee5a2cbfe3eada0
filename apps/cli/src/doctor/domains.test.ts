import type { AskedZone } from "@slipway/domains";
import { checkDomains, type DomainReads } from "./domains.ts";

const account = "222222222222";
const domain = { zones: { "example.com": { source: "create" as const } } };
const environments = [
  {
    key: "staging",
    account: "111111111111",
    domain: { zones: { "staging.example.com": { source: "create" as const } } },
  },
  { key: "production", account, domain },
];
const zone = { domain: "example.com", nameServers: [], source: "create" as const, names: [] };
const finding = { what: "domain (example.com) must be handed over", next: "enter four" };
const reads = (asked: readonly AskedZone[], awaited: readonly string[] = [], its?: string): DomainReads => ({
  account: async () => its,
  ask: async () => ({ asked, awaited }),
});

test("zones in the account of the credentials are asked for, those of others are not visible", async () => {
  const asked: AskedZone[] = [
    { zone, state: { kind: "handed-over" }, finding: undefined },
    { zone, state: { kind: "not-delegated", above: "com" }, finding },
    { zone, state: { kind: "unknown", reason: "no answer" }, finding },
  ];
  await expect(checkDomains(environments, reads(asked, ["new.example"], account))).resolves.toEqual([
    {
      state: "unknown",
      what: "whether the domain of staging is handed over",
      reason:
        "only credentials of account 111111111111 may read its name servers: sign in and run `npm run domain -- staging`",
    },
    { state: "good", what: "the world finds the zone example.com" },
    { state: "bad", ...finding },
    { state: "unknown", what: "whether example.com is handed over", reason: "no answer" },
    {
      state: "unknown",
      what: "whether new.example is handed over",
      reason: "its zone is not made yet; merge it and let the stack `dns` be applied",
    },
  ]);
});

test("without credentials nothing is asked, and nothing at all where no environment has a domain", async () => {
  const never: DomainReads = { account: async () => undefined, ask: () => Promise.reject(new Error("asked")) };
  expect((await checkDomains(environments, never)).map(({ state }) => state)).toEqual(["unknown", "unknown"]);
  const strict: DomainReads = { ...never, account: () => Promise.reject(new Error("asked")) };
  await expect(checkDomains([{ key: "staging", account, domain: undefined }], strict)).resolves.toEqual([]);
});

import { findLock, parseLock } from "./lock.ts";

const held = {
  id: "eaea0f5d-f6e0-cdc1-4ac6-b287a9c26a75",
  who: "root@vm",
  operation: "apply",
  created: "2026-11-25T19:11:10Z",
  version: "1.11.4",
  path: "bucket/staging/one.tfstate",
};
const words = `Error message: api error PreconditionFailed
Lock Info:
  ID:        eaea0f5d-f6e0-cdc1-4ac6-b287a9c26a75
  Path:      bucket/staging/one.tfstate
  Operation: OperationTypeApply
  Who:       root@vm
  Version:   1.11.4
  Created:   2026-11-25 19:11:10.081576356 +0000 UTC
  Info:      


Terraform acquires a state lock to protect the state`;

test("a lock object, the words of an error and those in Terraform's frame give the same holder", () => {
  const json = `{"ID":"${held.id}","Operation":"OperationTypeApply","Info":"","Who":"root@vm","Version":"1.11.4","Created":"2026-11-25T19:11:10.081576356Z","Path":"bucket/staging/one.tfstate"}`;
  expect(parseLock(json)).toEqual(held);
  expect(findLock(words)).toEqual(held);
  expect(findLock(words.replace(/^/gm, "│ "))).toEqual(held);
});

test("text without a lock gives no holder", () => {
  expect(parseLock("{")).toBeUndefined();
  expect(parseLock("{}")).toBeUndefined();
  expect(findLock("Error message: AccessDenied")).toBeUndefined();
});

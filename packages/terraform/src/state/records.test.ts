import { appliedRecord, applyMarker } from "./records.ts";

const record = {
  sha256: "a",
  terraform: "1.11.4",
  awsProvider: "5.100.0",
  upstreamHashes: { "network.vpc": "h" },
  incarnation: "one",
};

test("a stack is unchanged only when definition, engine, provider, AWS and every upstream output are the same", () => {
  expect(appliedRecord.difference(record, { ...record })).toBeUndefined();
  expect(appliedRecord.difference(undefined, record)).toBe("never applied");
  expect(appliedRecord.difference(record, { ...record, sha256: "b" })).toBe("its definition changed");
  expect(appliedRecord.difference(record, { ...record, terraform: "1.12.0" })).toBe("Terraform changed");
  expect(appliedRecord.difference(record, { ...record, awsProvider: "6.0.0" })).toBe("the AWS provider changed");
  expect(appliedRecord.difference(record, { ...record, incarnation: "two" })).toBe("the AWS it lives in changed");
  const changed = "upstream output network.vpc changed";
  expect(appliedRecord.difference(record, { ...record, upstreamHashes: { "network.vpc": "i" } })).toBe(changed);
  expect(appliedRecord.difference(record, { ...record, upstreamHashes: {} })).toBe(changed);
});

test("half a record counts as none", () => {
  const text = appliedRecord.format(record);
  expect(appliedRecord.parse(text)).toEqual(record);
  expect(appliedRecord.parse(text.slice(0, 20))).toBeUndefined();
  expect(appliedRecord.parse(undefined)).toBeUndefined();
});

test("a marker adds to that of an earlier interrupted apply", () => {
  const first = applyMarker.format(["b", "a"], undefined);
  expect(applyMarker.parse(first)).toEqual(["a", "b"]);
  expect(applyMarker.parse(applyMarker.format(["c"], first))).toEqual(["a", "b", "c"]);
});

test("no marker is no interrupted apply; half of one created nothing", () => {
  expect(applyMarker.parse(undefined)).toBeUndefined();
  expect(applyMarker.parse('{"crea')).toEqual([]);
});

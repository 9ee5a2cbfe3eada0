import { parseCidr, subnetCidr } from "./subnets.ts";

test("a zone's range depends on its letter only", () => {
  expect(subnetCidr("10.0.0.0/16", "public", "a")).toBe("10.0.0.0/21");
  expect(subnetCidr("10.0.0.0/16", "public", "h")).toBe("10.0.56.0/21");
  expect(subnetCidr("10.0.0.0/16", "private", "a")).toBe("10.0.64.0/21");
  expect(subnetCidr("192.168.128.0/22", "private", "c")).toBe("192.168.129.64/27");
});

test("no two subnets of a network overlap", () => {
  const ranges = (["public", "private"] as const).flatMap((tier) =>
    [..."abcdefgh"].map((letter) => subnetCidr("172.31.0.0/16", tier, letter)),
  );
  const starts = ranges.map((range) => {
    const [a = 0, b = 0, c = 0, d = 0] = range.split(/[./]/).map(Number);
    return ((a * 256 + b) * 256 + c) * 256 + d;
  });
  const gaps = starts.sort((a, b) => a - b).map((start, index, all) => (all[index + 1] ?? start + 2048) - start);
  expect(new Set(gaps)).toEqual(new Set([2048]));
});

test.each(["10.0.0.1/16", "10.0.0.0/15", "10.0.0.0/23", "10.0.0.256/16", "10.0.0.0", "::/16"])(
  "%s is refused as the range of a network",
  (cidr) => {
    expect(() => parseCidr(cidr)).toThrow(
      `cidrBlock (${cidr}) must be the first address of an IPv4 range and a prefix from /16 to /22; write for example 10.0.0.0/16.`,
    );
  },
);

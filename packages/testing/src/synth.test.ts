import { Eip } from "@cdktf/provider-aws/lib/eip";
import { TerraformOutput } from "cdktf";
import { synth } from "./synth.ts";

const two = synth((scope) => {
  new Eip(scope, "first", { domain: "vpc" });
  const second = new Eip(scope, "second", { domain: "vpc", tags: { Name: "second" } });
  new TerraformOutput(scope, "address", { value: second.publicIp });
});

test("the JSON holds no comments of cdktf", () => {
  expect(JSON.stringify(two.json)).not.toContain('"//"');
});

test("resources are found by type, by path and as addresses", () => {
  expect(two.all("aws_eip")).toHaveLength(2);
  expect(two.at("aws_eip", "second")).toEqual({ domain: "vpc", tags: { Name: "second" } });
  expect(two.addresses).toEqual(["aws_eip.first", "aws_eip.second"]);
  expect(two.output("address")).toBe("${aws_eip.second.public_ip}");
});

test("asking for the only one of two is refused", () => {
  expect(() => two.one("aws_eip")).toThrow("aws_eip (2 of them) must be there once; use all().");
  expect(() => two.one("aws_vpc")).toThrow("aws_vpc (0 of them) must be there once; use all().");
});

test("a path that leads nowhere names those that exist", () => {
  expect(() => two.at("aws_eip", "third")).toThrow("aws_eip (third) must be there once; there are: first, second.");
});

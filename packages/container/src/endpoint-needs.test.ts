import { missingEndpoints, neededEndpoints } from "./endpoint-needs.ts";

const ofManager = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:shop/key-AbCdEf";
const parameter = "arn:aws:ssm:eu-west-1:111111111111:parameter/shop/web/KEY";
const always = ["ecr.api", "ecr.dkr", "logs"];

test.each<[readonly string[], boolean, readonly string[]]>([
  [[], false, []],
  [[ofManager], false, ["secretsmanager"]],
  [["/shop/web/KEY"], false, ["ssm"]],
  [[parameter, ofManager], false, ["secretsmanager", "ssm"]],
  [[], true, ["ssmmessages"]],
])("secrets %j and a shell (%j) need %j beside image and log", (secrets, shell, more) => {
  expect(neededEndpoints({ secrets, shell })).toEqual([...always, ...more]);
});

test("what a network lacks is named; where it reaches anything, or that is not known, nothing is", () => {
  const needs = { secrets: [parameter], shell: false };
  expect(missingEndpoints(needs, [])).toEqual([...always, "ssm"]);
  expect(missingEndpoints(needs, ["logs", "ssm", "sqs"])).toEqual(["ecr.api", "ecr.dkr"]);
  expect(missingEndpoints(needs, undefined)).toEqual([]);
});

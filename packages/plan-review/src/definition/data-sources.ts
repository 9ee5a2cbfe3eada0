import type { Json } from "../plan/plan-json.ts";
import { type Check, checkEqual, checkFields, checkText, textCheck } from "./fields.ts";
import { isList, isObject } from "./json.ts";
import { refuse } from "./refusal.ts";

const vpcId = /^vpc-[0-9a-f]{8,17}$/;
const subnetId = /^subnet-[0-9a-f]{8,17}$/;

/** What may stand in a network's filters, so that a plan asks for what is named and for nothing else. */
const filterValues: Readonly<Record<string, RegExp>> = {
  "association.main": /^true$/,
  "association.subnet-id": subnetId,
  "route.gateway-id": /^igw-\*$/,
  "vpc-id": vpcId,
};

/** One filter, by one of these names, with one literal value. */
function filterOf(...names: readonly string[]): Check {
  return (value, path) => {
    const [filter, ...others] = isList(value) ? value : [];
    if (!isObject(filter) || others.length > 0) refuse(path, "be a list of one filter", "another form");
    const { name } = filter;
    const pattern = typeof name === "string" && names.includes(name) ? filterValues[name] : undefined;
    if (pattern === undefined) refuse([...path, 0, "name"], `be ${names.join(" or ")}`, "another filter");
    const values: Check = (each, at) => {
      if (!isList(each) || each.length !== 1) refuse(at, "be a list of one value", "another form");
      textCheck(pattern, "be one literal value of that filter")(each[0] as Json, [...at, 0]);
    };
    checkFields(filter, [...path, 0], { "name!": checkText, "values!": values }, "a filter");
  };
}

/** Every data source that a plan of a pull request may read, with its arguments; a name that ends with `!` is required. */
export const dataSources: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  aws_ecr_repository: {
    "name!": textCheck(/^[a-z0-9][a-z0-9._/-]{1,255}$/, "be the literal name of a repository"),
  },
  aws_iam_openid_connect_provider: {
    "url!": textCheck(/^https:\/\/[\w./-]+$/, "be a literal https address"),
  },
  aws_ssm_parameter: {
    // Parameters that AWS publishes; all others may hold secrets.
    "name!": textCheck(/^\/aws\/service(\/[\w-][\w.-]*)+$/, "be a literal name under `/aws/service/`"),
  },
  aws_route53_zone: {
    "name!": textCheck(/^([a-z0-9-]+\.)+[a-z0-9-]+$/, "be the literal name of a zone"),
    "private_zone!": (value, path) => checkEqual(value, path, false, "a zone"),
  },
  aws_route_tables: {
    "filter!": filterOf("association.main", "association.subnet-id", "route.gateway-id"),
    "vpc_id!": textCheck(vpcId, "be the literal id of a VPC"),
  },
  aws_subnet: { "id!": textCheck(subnetId, "be the literal id of a subnet") },
  aws_subnets: { "filter!": filterOf("vpc-id") },
  aws_vpc: { "id!": textCheck(vpcId, "be the literal id of a VPC") },
  aws_vpcs: { "filter!": filterOf("vpc-id") },
};

export const remoteState = "terraform_remote_state";

export function isKnownDataSource(type: string): boolean {
  return type === remoteState || Object.hasOwn(dataSources, type);
}

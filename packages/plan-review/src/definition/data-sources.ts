import type { Json } from "../plan/plan-json.ts";
import { type Check, checkBoolean, checkFields, checkLiteral, textCheck } from "./fields.ts";
import { isObject, type JsonObject, sameJson } from "./json.ts";
import { type MainEnvironment, stateAddress } from "./main-environment.ts";
import { type Path, refuse } from "./refusal.ts";

/** Every data source that a plan of a pull request may read, with its arguments; a name that ends with `!` is required. */
export const dataSources: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  aws_iam_openid_connect_provider: {
    "url!": textCheck(/^https:\/\/[\w./-]+$/, "be a literal https address"),
  },
  aws_ssm_parameter: {
    // Parameters that AWS publishes; all others may hold secrets.
    "name!": textCheck(/^\/aws\/service(\/[\w-][\w.-]*)+$/, "be a literal name under `/aws/service/`"),
  },
};

const remoteState = "terraform_remote_state";

export function isKnownDataSource(type: string): boolean {
  return type === remoteState || Object.hasOwn(dataSources, type);
}

/** Checks one data source. `readable` are the addresses of the states that may be read. */
export function checkDataSource(
  type: string,
  value: Json,
  path: Path,
  { backend, readable }: Pick<MainEnvironment, "backend" | "readable">,
): void {
  const whole = `the data source \`${type}\``;
  if (type !== remoteState) {
    checkFields(value, path, { ...dataSources[type], "//": checkLiteral }, whole);
    return;
  }
  checkFields(
    value,
    path,
    {
      "//": checkLiteral,
      "backend!": (each, at) => {
        if (each !== backend.type) refuse(at, `be \`${backend.type}\``, "states elsewhere");
      },
      "config!": (each, at) => checkConfig(each, at, { backend, readable }),
      // cdktf writes it. States of other workspaces lie under other keys.
      workspace: textCheck(/^\$\{terraform\.workspace\}$/, "be `${terraform.workspace}`"),
    },
    whole,
  );
}

function checkConfig(
  value: Json,
  path: Path,
  { backend, readable }: Pick<MainEnvironment, "backend" | "readable">,
): void {
  const text = textCheck(/^[\w./-]+$/, "be a literal text");
  const fields: Readonly<Record<string, Check>> =
    backend.type === "s3"
      ? { "bucket!": text, "key!": text, "region!": text, encrypt: checkBoolean, use_lockfile: checkBoolean }
      : { "path!": text };
  checkFields(value, path, fields, "the configuration of a remote state");
  const address = stateAddress(value as JsonObject);
  if (readable.some((each) => isObject(each) && sameJson(each, address))) return;
  refuse(path, "name a state that this environment may read", "this one here", Object.values(address).join(" "));
}

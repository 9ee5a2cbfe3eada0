import type { Json } from "../plan/plan-json.ts";
import { dataSources, remoteState } from "./data-sources.ts";
import { checkCondition } from "./expressions.ts";
import { type Check, checkBlocks, checkBoolean, checkFields, checkLiteral, checkText, textCheck } from "./fields.ts";
import { isObject, type JsonObject, sameJson } from "./json.ts";
import { type MainEnvironment, stateAddress } from "./main-environment.ts";
import { type Path, refuse } from "./refusal.ts";

/** What must hold before or after a data source is read. */
const conditions: Check = (value, path) =>
  checkBlocks(value, path, (block, at) =>
    checkFields(
      block,
      at,
      {
        "condition!": (each, where) => {
          if (typeof each !== "string") refuse(where, "be an expression", "another condition");
          checkCondition(each, where);
        },
        "error_message!": checkText,
      },
      "a condition",
    ),
  );

const lifecycle: Check = (value, path) =>
  checkFields(value, path, { precondition: conditions, postcondition: conditions }, "the `lifecycle` of data");

/** Checks one data source. `readable` are the addresses of the states that may be read. */
export function checkDataSource(
  type: string,
  value: Json,
  path: Path,
  { backend, readable }: Pick<MainEnvironment, "backend" | "readable">,
): void {
  const whole = `the data source \`${type}\``;
  if (type !== remoteState) {
    checkFields(value, path, { ...dataSources[type], lifecycle, "//": checkLiteral }, whole);
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

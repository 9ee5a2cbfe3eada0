import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { Failure } from "@slipway/core";

export function readEnvFile(path: string, given: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new Failure(`--env-file (${given}) must be a file that can be read`, "give one with NAME=value lines");
  }
  const values = parseEnv(text) as Record<string, string>;
  const names = Object.keys(values);
  const bad = names.find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (bad !== undefined)
    throw new Failure(`--env-file (${given}) must name variables with letters, digits and _, not ${bad}`, "rename it");
  const empty = names.find((name) => values[name] === "");
  // SSM rejects empty values.
  if (empty !== undefined)
    throw new Failure(`--env-file (${given}) must give ${empty} a value`, "set one, or remove the line");
  if (names.length === 0)
    throw new Failure(`--env-file (${given}) must hold NAME=value lines`, "leave the option out when there are none");
  return values;
}

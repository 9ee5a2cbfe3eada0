import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { Failure } from "@slipway/core";

/** Paths and settings of one SlipwayHome (`.slipway`), read once from the environment. */
export interface SlipwayHome {
  /** Root folder of the repository. */
  readonly root: string;
  /** Folder of all local state; removed by `npm run down` except for `cache`. */
  readonly folder: string;
  /** Short hash of the folder, which keeps the images of two checkouts apart. */
  readonly id: string;
  /** Port of the local AWS. */
  readonly port: number;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Joins a path below the folder. */
  readonly path: (...parts: string[]) => string;
}

export function readSlipwayHome(root: string, variables: SlipwayHome["variables"]): SlipwayHome {
  const folder = resolve(root, variables.SLIPWAY_HOME || ".slipway");
  const text = variables.SLIPWAY_GATEWAY_PORT || "4566";
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1024 || port > 65535) {
    throw new Failure(`SLIPWAY_GATEWAY_PORT (${text}) must be a port from 1024 to 65535`, "unset it for 4566");
  }
  const id = createHash("sha256").update(folder).digest("hex").slice(0, 8);
  return { root, folder, id, port, variables, path: (...parts) => join(folder, ...parts) };
}

/** How a command is typed: "npm start", "npm run down". */
export const npmCommand = (name: string) => (name === "start" || name === "test" ? `npm ${name}` : `npm run ${name}`);

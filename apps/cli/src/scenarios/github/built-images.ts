import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { SlipwayHome } from "@slipway/local-aws";

const path = (home: SlipwayHome) => home.path("github", "images");

/** Records images that workflows built, because their names do not show that they belong to this SlipwayHome. */
export const builtImages = {
  record(home: SlipwayHome, name: string): void {
    mkdirSync(dirname(path(home)), { recursive: true });
    appendFileSync(path(home), `${name}\n`);
  },

  all(home: SlipwayHome): readonly string[] {
    if (!existsSync(path(home))) return [];
    return [...new Set(readFileSync(path(home), "utf8").split("\n"))].filter((name) => name !== "");
  },
};

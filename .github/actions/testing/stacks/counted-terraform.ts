import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { environment } from "@slipway/core/testing/environment";

export interface CountedTerraform {
  /** For `TERRAFORM_BIN`. */
  readonly path: string;
  /** What was run since the last call, as `network plan`; questions for the version aside. */
  runs(): string[];
}

/** The real Terraform, which writes down each time that it is started. */
export function countedTerraform(folder: string): CountedTerraform {
  const real = execFileSync("sh", ["-c", `command -v "\${TERRAFORM_BIN:-terraform}"`], {
    encoding: "utf8",
    env: environment,
  }).trim();
  const log = join(folder, "terraform.log");
  const path = join(folder, "terraform");
  writeFileSync(path, `#!/bin/sh\necho "$PWD $1" >> '${log}'\nexec '${real}' "$@"\n`, { mode: 0o755 });
  return {
    path,
    runs() {
      const lines = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
      rmSync(log, { force: true });
      const started = lines
        .map((line) => line.split(" "))
        .map(([workingFolder = "", command = ""]) => [basename(workingFolder), command]);
      return started.filter(([, command]) => command !== "version").map((parts) => parts.join(" "));
    },
  };
}

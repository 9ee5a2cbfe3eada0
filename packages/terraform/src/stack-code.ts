import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { EngineError } from "./engine-error.ts";
import type { Stack } from "./stack.ts";

interface StackJson {
  readonly resource?: {
    readonly aws_lambda_function?: Readonly<
      Record<string, { readonly filename?: unknown; readonly source_code_hash?: unknown }>
    >;
  };
}

/** As our constructs write it: a folder beside the JSON. */
const codePath = /^code\/[\w-]+\.zip$/;

/**
 * Puts the code that an apply uploads into Terraform's working folder, from beside the stack's JSON. Plans do without: a pull request is
 * planned from its JSON alone. Refuses code that is not there, and code of another hash than the JSON's, which is what was reviewed.
 */
export function copyCode({ name, folder }: Pick<Stack, "name" | "folder">, workingFolder: string): void {
  const { resource = {} } = JSON.parse(readFileSync(join(workingFolder, "cdk.tf.json"), "utf8")) as StackJson;
  const files = Object.values(resource.aws_lambda_function ?? {}).flatMap(({ filename, source_code_hash: hash }) =>
    typeof filename === "string" && codePath.test(filename) ? [{ filename, hash }] : [],
  );
  const copies = files.map(({ filename, hash }) => {
    const path = join(folder, filename);
    const nothing = "synthesize the stacks and run again. Nothing was changed";
    if (!existsSync(path)) throw new EngineError(`${filename} of ${name} must lie beside the stack's JSON`, nothing);
    const content = readFileSync(path);
    if (createHash("sha256").update(content).digest("base64") !== hash) {
      throw new EngineError(`${filename} of ${name} must be the code whose hash the stack's JSON says`, nothing);
    }
    return { target: join(workingFolder, filename), content };
  });
  for (const { target, content } of copies) {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
}

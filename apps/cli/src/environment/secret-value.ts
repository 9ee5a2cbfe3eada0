import { Failure } from "@slipway/core";
import type { CliContext } from "./cli-context.ts";

/** https://docs.aws.amazon.com/general/latest/gr/ssm.html: a standard parameter holds 4 KB. */
const maxBytes = 4096;

/** Reads a value from standard input; only the newline that `echo` or an editor adds is not part of it. */
export async function secretValue(context: Pick<CliContext, "stdin" | "print">, name: string): Promise<string> {
  if (context.stdin.isTTY) context.print(`Type the value of ${name}, then Enter and Ctrl-D:`);
  const parts: Buffer[] = [];
  for await (const part of context.stdin) parts.push(Buffer.from(part));
  const value = Buffer.concat(parts)
    .toString("utf8")
    .replace(/\r?\n$/, "");
  if (value === "") {
    throw new Failure(`value of ${name} (empty) must have at least one character`, "pipe it in or use --generate");
  }
  const bytes = Buffer.byteLength(value);
  if (bytes > maxBytes) {
    throw new Failure(
      `value of ${name} (${bytes} bytes) must have at most ${maxBytes}`,
      "keep larger ones in Secrets Manager",
    );
  }
  return value;
}

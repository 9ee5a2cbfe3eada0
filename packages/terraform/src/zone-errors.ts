import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Stack } from "./stack.ts";
import type { Diagnostic } from "./terraform-log.ts";

const none = /no matching .*zone found/i;
const several = /multiple .*zones? match/i;

/** A zone that was to be looked up, and is not there or there twice: what is wrong and what to do, with the zone's name. */
export function zoneText(
  { folder }: Pick<Stack, "folder">,
  diagnostics: readonly Diagnostic[],
): readonly [what: string, next: string] | undefined {
  for (const { summary, detail, address } of diagnostics) {
    const [, id] = /^data\.aws_route53_zone\.([\w-]+)$/.exec(address ?? "") ?? [];
    if (id === undefined) continue;
    const text = `${summary} ${detail}`;
    const what = `zone (${domainOf(folder, id)}) must be one public zone of this account`;
    if (none.test(text))
      return [`${what}, and there is none`, 'correct its name or account, or give it source "create"'];
    if (several.test(text)) {
      return [`${what}, and there are several`, "delete those whose name servers nobody was told, they answer nothing"];
    }
  }
  return undefined;
}

/** Terraform names the data source alone, whose id has lost its dots. */
function domainOf(folder: string, id: string): string {
  const json = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8"));
  return String(json.data?.aws_route53_zone?.[id]?.name ?? id);
}

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Variables } from "@slipway/core";
import { checkDelegations, stackZones, waitsForDns } from "@slipway/domains";
import type { Engine, Stack } from "@slipway/terraform";
import { environmentDns } from "../environment/environment-dns.ts";
import type { Step } from "../terminal/reporter.ts";

export interface HandOverRequest {
  readonly engine: Pick<Engine, "outputs">;
  readonly stacks: readonly Stack[];
  readonly variables: Variables;
  readonly step: Pick<Step, "print">;
}

/**
 * Before the stack with the certificates: enters the name servers of the environment's zones at the local registrar, as a person does once
 * for a real domain, and asks DNS whether the zones are found, as every apply does.
 */
export async function handOver(stack: Stack, { engine, stacks, variables, step }: HandOverRequest): Promise<void> {
  if (!waitsForDns(stack)) return;
  const { dns, wording } = await environmentDns("local", variables);
  const { zones } = await stackZones(engine, stacks, stack);
  for (const domain of enter(wording.registrarFile, zones)) {
    step.print(`${domain}: its name servers are entered at the local registrar; of a real domain, you do that once`);
  }
  await checkDelegations(stack, { ...wording, engine, stacks, dns, warn: (text) => step.print(`⚠ ${text}`) });
}

interface NamedZone {
  readonly domain: string;
  readonly nameServers: readonly string[];
}

/** Writes the name servers of zones that a registrar keeps; returns the domains that were not entered so. A zone below another is handed on by that one. */
export function enter(registrarFile: string | undefined, zones: readonly NamedZone[]): readonly string[] {
  if (registrarFile === undefined) return [];
  const entered = read(registrarFile);
  const kept = zones.filter(({ domain }) => !zones.some((other) => domain.endsWith(`.${other.domain}`)));
  const changed = kept.filter(({ domain, nameServers }) => !same(entered[domain], nameServers));
  if (changed.length === 0) return [];
  const all = { ...entered, ...Object.fromEntries(changed.map(({ domain, nameServers }) => [domain, nameServers])) };
  mkdirSync(dirname(registrarFile), { recursive: true });
  writeFileSync(registrarFile, `${JSON.stringify(all, null, 2)}\n`);
  return changed.map(({ domain }) => domain);
}

function read(file: string): Readonly<Record<string, readonly string[]>> {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, string[]>) : {};
}

const same = (a: readonly string[] = [], b: readonly string[]) => [...a].sort().join() === [...b].sort().join();

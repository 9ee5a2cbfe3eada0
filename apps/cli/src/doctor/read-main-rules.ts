import type { GithubClient } from "@slipway/github/client";
import type { Place } from "./settings.ts";

export interface MainRule {
  readonly type: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Name of the ruleset it is of. */
  readonly ruleset: string;
  /** Who may go round it, as GitHub names them; undefined: not shown to this token. */
  readonly bypass: readonly string[] | undefined;
}

/** The rules in force for main, those of the organization too, each with who may go round it. */
export async function readMainRules(client: GithubClient, place: Place): Promise<readonly MainRule[]> {
  const at = { ...place, branch: "main", per_page: 100 };
  const { data } = await client.request("GET /repos/{owner}/{repo}/rules/branches/{branch}", at);
  const rules = data as readonly (Pick<MainRule, "type" | "parameters"> & { readonly ruleset_id?: number })[];
  const ids = [...new Set(rules.map(({ ruleset_id }) => ruleset_id))];
  const rulesets = new Map(
    await Promise.all(ids.map(async (id) => [id, await readBypass(client, place, id)] as const)),
  );
  return rules.map(({ type, parameters, ruleset_id }) => ({
    type,
    ...(parameters === undefined ? {} : { parameters }),
    ruleset: rulesets.get(ruleset_id)?.name ?? "",
    bypass: rulesets.get(ruleset_id)?.bypass,
  }));
}

type Bypass = { readonly name: string; readonly bypass: readonly string[] | undefined };

async function readBypass(client: GithubClient, place: Place, id: number | undefined): Promise<Bypass> {
  const unseen = { name: String(id ?? "unnamed"), bypass: undefined };
  if (id === undefined) return unseen;
  try {
    const route = "GET /repos/{owner}/{repo}/rulesets/{ruleset_id}";
    const { data } = await client.request(route, { ...place, ruleset_id: id });
    const bypass = data.bypass_actors?.map(({ actor_type, actor_id }) =>
      actor_id == null ? actor_type : `${actor_type} ${actor_id}`,
    );
    return { name: data.name, bypass };
  } catch (error) {
    // A ruleset of the organization need not be this token's to see; its rules hold all the same.
    const { status } = error as { status?: number };
    if (status === 403 || status === 404) return unseen;
    throw error;
  }
}

/** Hosts under which github.com itself is reached. */
const githubHosts: ReadonlySet<string> = new Set(["github.com", "www.github.com", "ssh.github.com", "api.github.com"]);

const rule =
  "must be on github.com: the roles trust tokens that github.com signs, and GitHub Enterprise Server and *.ghe.com sign theirs elsewhere";
const remedy = "push the project to a repository on github.com, where its workflows run";

/** The rest of a sentence that names another host. */
export const foreignHostMust = `${rule}; ${remedy}.`;

/**
 * The host of a repository's or API's address, where that is not github.com. Undefined for a name, for a path, for this machine, and for
 * a host without a dot: that is an alias in somebody's ssh configuration.
 */
export function foreignHost(address: string): string | undefined {
  const text = address.trim();
  const host = (/^[\w+]+:\/\/(?:[^@/]*@)?([^/:]+)/.exec(text) ?? /^(?:[^@/\s]+@)?([^/:\s]+)[:/]/.exec(text))?.[1];
  const name = host?.toLowerCase();
  if (name === undefined || !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name)) return undefined;
  return githubHosts.has(name) || /^[\d.]+$/.test(name) ? undefined : name;
}

/** What is wrong with the first of these addresses that leads to another host, and what to do. A password in it is not repeated. */
export function foreignHostError(
  addresses: Readonly<Record<string, string | undefined>>,
): { readonly what: string; readonly next: string } | undefined {
  for (const [name, address = ""] of Object.entries(addresses)) {
    const host = foreignHost(address);
    if (host !== undefined) return { what: `${name} (${host}) ${rule}`, next: remedy };
  }
  return undefined;
}

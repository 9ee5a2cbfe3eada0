/** Hosts under which github.com itself is reached. */
const githubHosts: ReadonlySet<string> = new Set(["github.com", "www.github.com", "ssh.github.com", "api.github.com"]);

/** The rest of a sentence that names a host in place of github.com. */
export const foreignHostMust =
  "must be on github.com: the roles trust tokens that github.com signs, and GitHub Enterprise Server and *.ghe.com sign theirs elsewhere; push the project to a repository on github.com, where its workflows run.";

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

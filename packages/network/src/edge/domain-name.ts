/** The name without a leading `*.`: what DNS proves, once for the name and its wildcard. */
export function baseName(name: string): string {
  return name.replace(/^\*\./, "");
}

/** Whether a certificate with these names serves a host: by its own name, or by the wildcard one level above it. */
export function covers(names: readonly string[], host: string): boolean {
  return names.includes(host) || names.includes(host.replace(/^[^.]+/, "*"));
}

/**
 * Refuses what ACM and Route 53 would refuse only at apply. `wildcard` allows `*.` as the first label.
 * https://docs.aws.amazon.com/acm/latest/userguide/acm-certificate-characteristics.html
 */
export function checkDomainName(prop: string, name: string, options: DomainNameOptions = {}): void {
  const must = domainNameError(name, options);
  if (must !== undefined) throw new Error(`${prop} (${name}) ${must}`);
}

export interface DomainNameOptions {
  /** Whether `*.` may be the first label. @default false */
  readonly wildcard?: boolean;
}

/** What is wrong with a domain name, as a sentence that the name begins: `must …; <what to do>.` */
export function domainNameError(name: string, { wildcard = false }: DomainNameOptions = {}): string | undefined {
  const must = mistake(name, wildcard);
  return must === undefined ? undefined : `must ${must}.`;
}

/** Whether a name is a zone's own or below it, by its labels. */
export function isWithin(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}

/** The wildcard that stands for a name, and for its neighbours. */
export function wildcardOf(name: string): string {
  return name.replace(/^[^.]+/, "*");
}

function mistake(name: string, wildcard: boolean): string | undefined {
  const base = baseName(name);
  if (/[/:@?#\s]/.test(name)) return "be a name alone; remove protocol, port, path and spaces";
  if (/[^\x21-\x7e]/.test(name)) return `be in ASCII; write ${inAscii(name)}`;
  if (name !== name.toLowerCase()) return `be lower case; write ${name.toLowerCase()}`;
  if (name.endsWith(".")) return `have no dot at its end; write ${name.replace(/\.+$/, "")}`;
  if (base.includes("*")) return "have one * at most, as its first label; name the level below instead";
  if (base !== name && !wildcard) return "be one name and no wildcard; remove the *";
  const labels = base.split(".");
  const fits = labels.every((label) => /^(?!-)[a-z0-9-]{1,63}(?<!-)$/.test(label));
  if (labels.length < 2 || !fits || name.length > 253 || /^\d+$/.test(labels.at(-1) ?? "")) {
    return "be a domain name, such as example.com or www.example.com; correct it";
  }
  return undefined;
}

/** Punycode, as browsers and registrars write such a name. */
function inAscii(name: string): string {
  const wildcard = name.startsWith("*.") ? "*." : "";
  try {
    return wildcard + new URL(`http://${baseName(name)}`).hostname;
  } catch {
    return "its letters in punycode";
  }
}

/** The name without a leading `*.`: what DNS proves, once for the name and its wildcard. */
export function baseName(name: string): string {
  return name.replace(/^\*\./, "");
}

/**
 * Refuses what ACM and Route 53 would refuse only at apply. `wildcard` allows `*.` as the first label.
 * https://docs.aws.amazon.com/acm/latest/userguide/acm-certificate-characteristics.html
 */
export function checkDomainName(prop: string, name: string, { wildcard = false } = {}): void {
  const must = mistake(name, wildcard);
  if (must !== undefined) throw new Error(`${prop} (${name}) must ${must}.`);
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

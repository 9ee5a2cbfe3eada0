/** What stands in place of a secret. */
export const hidden = "•••";

/** `scheme://user:password@host`, the same without a scheme, and `user/password@host` of Oracle: the host stays. */
export function hideLogins(text: string): string {
  const urls = /:\\{0,4}\//.test(text) ? hideUrlLogins(text) : text;
  return urls.includes("@") ? hideBareLogins(urls) : urls;
}

const scheme = /[a-z][a-z0-9+.-]{0,30}:(?:\\{0,4}\/){2}/gi;
/** Where one address in a text ends, unless its password goes on. */
const end = /[\s"'<>|`]|,(?=\s|$)|\\{1,16}["n]/;
const webScheme = /^(https?|wss?|s3|file|docker|oci|gs|data|tcp|unix|npm):/i;
const host = /^(localhost|host\.docker\.internal|\[[\da-f:.]*\]|\*|[\w-]+(\.[\w-]+)+\.?)?(:(\d*|\$?\{?\w+\}?|\*))?$/i;
const port = /^(\d{1,5}|\$\{?\w+\}?|\{\w+\}|\*)?$/;

function hideUrlLogins(text: string): string {
  let safe = "";
  let from = 0;
  const starts = [...text.matchAll(scheme)].map((match) => [match.index, match.index + match[0].length] as const);
  for (const [index, [start, rest]] of starts.entries()) {
    if (start < from) continue;
    const next = starts[index + 1]?.[0] ?? text.length;
    const login = loginOf(text, text.slice(start, rest), rest, next);
    if (login === undefined) continue;
    safe += `${text.slice(from, rest)}${login.user}${hidden}`;
    from = login.end;
  }
  return safe + text.slice(from);
}

/** Up to where a login goes, its `@` left out; undefined where there is none. */
function loginOf(text: string, its: string, from: number, next: number): { end: number; user: string } | undefined {
  const open = text.slice(from, next);
  const whole = open.slice(0, end.exec(open)?.index ?? open.length);
  const authority = /^[^/?#\\]*/.exec(whole)?.[0] ?? "";
  const at = whole.lastIndexOf("@");
  const web = webScheme.test(its);
  if (authority.includes("@")) {
    // Also in the authority of a page a path may have a sign of its own.
    const last = web && host.test(authority.slice(authority.lastIndexOf("@") + 1)) ? authority.lastIndexOf("@") : at;
    const user = whole.slice(0, last);
    return user === "git" || user.startsWith(hidden) ? undefined : { end: from + last, user: "" };
  }
  if (at >= 0 && !/^@sha\d+:/.test(whole.slice(at)) && !(web && host.test(authority)))
    return { end: from + at, user: "" };
  const colon = authority.indexOf(":");
  if (colon < 0 || authority.startsWith("[") || port.test(authority.slice(colon + 1))) return undefined;
  // A password with a quote or a space in it; or the end of the text cut it off.
  const line = text.slice(from, Math.min(next, from + 300)).split("\n")[0] ?? "";
  const later = line.indexOf("@", whole.length);
  if (later >= 0) return { end: from + later, user: "" };
  return { end: from + authority.length, user: authority.slice(0, colon + 1) };
}

const bareLogin =
  /(^|[\s"'=,(])(?!mailto:|repo:|arn:|urn:)([\w.+%-]{1,64}:[^\s"'<>]{0,200})@(?!sha\d+:)(?=(tcp|unix|udp)?\(|localhost\b|[\w-]{1,64}(\.[\w-]{1,64}){1,9}|[\w-]{1,64}[:/]\w|[\w-]{1,64}$)/g;
const oracleLogin =
  /(^|[\s"'=,(:])([\w$#]{1,64}\/(?!\/)[^\s"'@]{1,200})@(?=\/\/|[\w.-]+:\d{2,5}\b|\(DESCRIPTION)|(\bthin:)([\w$#]{1,64}\/\S{1,200})@/gi;

function hideBareLogins(text: string): string {
  const bare = text.replace(bareLogin, (whole, before: string, login: string) =>
    login.includes("://") || login.includes(hidden) ? whole : `${before}${hidden}@`,
  );
  return bare.replace(oracleLogin, (whole, before = "", login = "", thin = "") =>
    String(login).includes("://") ? whole : `${before}${thin}${hidden}@`,
  );
}

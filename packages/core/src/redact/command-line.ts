import { hidden } from "./logins.ts";
import { isSecretName } from "./secret-names.ts";
import { isReference } from "./secret-patterns.ts";

export interface Word {
  readonly text: string;
  readonly quoted: boolean;
  /** Directly after the word before it, as in `-p'…'`. */
  readonly joined: boolean;
  /** First of a command. */
  readonly first: boolean;
}

interface Program {
  /** Short flags that a secret follows, as letters. */
  readonly flags: string;
  /** Flags that stand before other things, and `user:password` after them. */
  readonly logins?: string;
  /** Plain arguments from this one on that are secrets, by subcommand ("" for any). */
  readonly plain?: Readonly<Record<string, number>>;
}

const program = (flags: string, more: Omit<Program, "flags"> = {}): Program => ({ flags, ...more });
const redis = program("a", { plain: { auth: 0 } });
const mysql = program("p");
const ldap = program("w");
const snmp = program("cAX");
const sql = program("P");
const oracle = program("", { logins: "*" });
const programs: Readonly<Record<string, Program>> = {
  "redis-cli": redis,
  "valkey-cli": redis,
  "keydb-cli": redis,
  "redis-benchmark": redis,
  mysql,
  mysqldump: mysql,
  mysqladmin: mysql,
  mysqlimport: mysql,
  mariadb: mysql,
  "mariadb-dump": mysql,
  mongo: mysql,
  mongosh: mysql,
  mongodump: mysql,
  mongorestore: mysql,
  sshpass: mysql,
  cqlsh: mysql,
  docker: program("", { logins: "" }),
  podman: program(""),
  nerdctl: program(""),
  curl: program("", { logins: "uU" }),
  http: program("a"),
  https: program("a"),
  ldapsearch: ldap,
  ldapadd: ldap,
  ldapmodify: ldap,
  ldappasswd: program("ws"),
  sqlcmd: sql,
  bcp: sql,
  isql: sql,
  smbclient: program("", { logins: "U" }),
  lftp: program("", { logins: "u" }),
  zip: sql,
  unzip: sql,
  "7z": mysql,
  "7za": mysql,
  openssl: program("k"),
  htpasswd: program("", { plain: { "": 2 } }),
  rabbitmqctl: program("", { plain: { add_user: 1, change_password: 1, authenticate_user: 1 } }),
  rabbitmqadmin: mysql,
  mosquitto_pub: sql,
  mosquitto_sub: sql,
  influx: program("t"),
  snmpget: snmp,
  snmpwalk: snmp,
  ipmitool: sql,
  sqlplus: oracle,
  expdp: oracle,
  impdp: oracle,
  sqlldr: oracle,
  rman: oracle,
  vault: program("", { plain: { login: 0 } }),
  az: mysql,
  "ssh-keygen": program("NP"),
  plink: program(""),
  net: program("", { plain: { user: 1 } }),
  useradd: mysql,
  usermod: mysql,
  psql: program(""),
  wpa_passphrase: program("", { plain: { "": 1 } }),
  npm: program(""),
};

/** Short flags that a secret follows in many programs; what is plain after them (a port, a path) stays. */
const shortFlag = /^-[apPwWuUkK]$/;
const plainValue =
  /^(\d[\d.,:]*|[a-z]{1,20}|[\w.-]*\.[\w.-]*(:\d+)?|[a-z][\w-]*:\d+|[~.]?\/[\w./-]*|[\w.-]+\/[\w./-]*|\w+:\/\/\S*|\$\{?\w+\}?|\d+[a-z]{1,2})$/;
/** `-pTeak-9`: a capital or a digit amid other letters, as no long flag with one dash has. */
const joinedValue = /^-[aApPuUwW](?!\d+([:.]\d+)*$)(?=.*[\d\W])(?=.*[A-Z\d])[^=/:]{3,}$/;

interface Reading {
  program: Program | undefined;
  before: Word | undefined;
  plain: number;
  subcommand: string;
  last: string[];
}

const restart = (): Reading => ({ program: undefined, before: undefined, plain: 0, subcommand: "", last: [] });

/** What of a command line's words is hidden: per word what to show instead, undefined where it stays. */
export function hideWords(words: readonly Word[]): (string | undefined)[] {
  let reading = restart();
  return words.map((word, index) => {
    if (word.first || /^(\||\|\||&&|;|&)$/.test(word.text)) reading = restart();
    const shown = isPiped(words, index) ? hidden : shownWord(word, reading);
    advance(word, reading);
    return shown;
  });
}

function shownWord({ text, quoted, joined }: Word, reading: Reading): string | undefined {
  const { program: its, before, last } = reading;
  if (text === "" || text === hidden || isReference(text)) return undefined;
  const flag = before?.text ?? "";
  const isFlag = /^-{1,2}[\p{L}\w-]+$/u.test(flag) || /^\/[a-z]{1,12}:?$/i.test(flag);
  if (isFlag && !/^-{1,2}[a-z]/.test(text) && isSecretName(flag) && !/-stdin$/.test(flag)) return hidden;
  const letter = /^-(\w)$/.exec(flag)?.[1];
  if (letter !== undefined && its?.flags.includes(letter)) return hidden;
  if (letter === "p" && last.includes("login")) return hidden;
  const logs = /^(-[uU]|--(proxy-)?user|--credentials?|--auth)$/.test(flag) || its?.logins === "*";
  if (logs && /^[^\s:/%,]*[:/%,]./.test(text) && !/^\w+:\/\/|^\d+:\d+$|^\//.test(text))
    return text.replace(/^([^:/%,]*[:/%,])[^@]+/, `$1${hidden}`);
  if (joined && letter !== undefined && quoted) return hidden;
  if (shortFlag.test(flag) && !plainValue.test(text) && !text.startsWith("-")) return hidden;
  const [, letterIn = "", valueIn = ""] = /^-(\w)(.{2,})$/.exec(text) ?? [];
  if (letterIn !== "") {
    if (its?.flags.includes(letterIn)) return `-${letterIn}${hidden}`;
    if (/[uU]/.test(letterIn) && /^[^\s:%,/]+[:%,]./.test(valueIn)) return `-${letterIn}${hidden}`;
    if (joinedValue.test(text) && !plainValue.test(valueIn)) return `-${letterIn}${hidden}`;
  }
  // `.netrc`, SQL and the settings of servers.
  const name = flag.toLowerCase();
  if (/^(password|passwd|account)$/.test(name) && (quoted || last.includes("login") || last.includes("with")))
    return hidden;
  if (name === "by" && last.includes("identified")) return hidden;
  if (/^(requirepass|masterauth|aws_secret_access_key|aws_session_token)$/.test(name)) return hidden;
  const from = its?.plain?.[reading.subcommand] ?? its?.plain?.[""];
  const isPlain = !text.startsWith("-") && its?.plain !== undefined;
  const counted = its?.plain?.[""] === undefined ? reading.plain - 1 : reading.plain;
  return isPlain && from !== undefined && counted >= from && reading.program !== undefined ? hidden : undefined;
}

/** `echo secret | docker login --password-stdin` */
function isPiped(words: readonly Word[], index: number): boolean {
  const before = words[index - 1]?.text ?? "";
  if (
    !/^(echo|printf|-n|-e|%s|%s\\n)$/.test(before) ||
    !/^(echo|printf)$/.test(words[index - 1 - (before.startsWith("-") || before.startsWith("%") ? 1 : 0)]?.text ?? "")
  )
    return false;
  const rest = words.slice(index + 1, index + 12).map(({ text }) => text);
  return rest[0] === "|" && rest.some((text) => /-stdin$|^-S$|^chpasswd$|^passwd$/.test(text));
}

function advance(word: Word, reading: Reading): void {
  const { text } = word;
  const base = text.split("/").at(-1) ?? "";
  if (reading.program === undefined && Object.hasOwn(programs, base)) reading.program = programs[base];
  else if (!text.startsWith("-")) {
    reading.plain += 1;
    if (reading.subcommand === "" && reading.program !== undefined) reading.subcommand = text.toLowerCase();
  }
  if (!(word.joined && !word.text.startsWith("-"))) reading.before = word;
  reading.last = [...reading.last.slice(-3), text.toLowerCase()];
}

const token =
  /(\\{0,16})(["'])((?:(?!\1\2)[^\n]){0,1000}?)\1\2|\$\(|`|[^\s"'`\\[\],]+(?:,[^\s"'`\\[\],]+)*|\\+(?!["'])|\n|,/gy;
const skipped = /[\s[\]]/y;

/** Command lines in running text, in lists of JSON too. */
export function hideCommandLines(text: string): string {
  // A backslash at its end makes a line go on in the next one.
  return text.includes("\n")
    ? text
        .split(/(?<!\\)\n/)
        .map((line) => hideLine(line, 0))
        .join("\n")
    : hideLine(text, 0);
}

function hideLine(text: string, depth: number): string {
  // Nothing to find without a flag or one of the words that stand before a secret.
  if (
    !/(^|[\s"'])-{1,2}\w|\b(login|password|identified|auth|requirepass|masterauth|htpasswd|rabbitmqctl|vault|user|sqlplus|expdp|impdp|rman|aws_secret_access_key|echo|printf|wpa_passphrase|account)\b|\s\/\w+:?\s/i.test(
      text,
    )
  )
    return text;
  const found: (Word & { readonly from: number; readonly to: number; readonly inner: string })[] = [];
  let first = true;
  let ended = 0;
  for (let at = 0; at < text.length; ) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (match === null) {
      skipped.lastIndex = at;
      at += skipped.exec(text)?.[0].length ?? 1;
      continue;
    }
    const [whole, slashes = "", quote, inner] = match;
    at = token.lastIndex;
    if (whole === "\n" || whole === "$(" || whole === "`") {
      first = true;
      continue;
    }
    if (whole === "," || /^\\+$/.test(whole)) continue;
    const size = quote === undefined ? 0 : slashes.length + 1;
    const from = match.index + size;
    const to = at - size;
    found.push({
      text: inner ?? whole,
      inner: inner ?? "",
      quoted: quote !== undefined,
      joined: match.index === ended && found.length > 0,
      first,
      from,
      to,
    });
    first = false;
    ended = at;
  }
  const shown = hideWords(found);
  let safe = "";
  let from = 0;
  found.forEach((word, index) => {
    const nested = depth < 2 && /\s/.test(word.inner) ? hideLine(word.inner, depth + 1) : word.inner;
    const text_ = shown[index] ?? (nested !== word.inner ? nested : undefined);
    if (text_ === undefined) return;
    safe += text.slice(from, word.from) + text_;
    from = word.to;
  });
  return safe + text.slice(from);
}

import { isDjangoSetting, isDjangoWord } from "@slipway/core/redact/django-settings";
import { isHarmlessValue } from "@slipway/core/redact/secret-patterns";
import type { Step } from "../plan/plan-model.ts";

/** Stands for a value that nothing says to be harmless. */
export const notShown = "(not shown)";

const place =
  /^(environment|environment_?variables?|runtime_environment_variables|env|env_?vars?|build_?args|tags|tags_all|tag|default_tags)$/i;
const commandPlace = /^(command|commands|entry_?point|args|arguments)$/i;
/** What a list item of the environment says beside a value. */
const besides =
  /^(name|key|type|compute_type|image|image_pull_credentials_type|certificate|privileged_mode|location)$/i;

/** Where people write what they like, and thereby secrets under any name. */
export function placeOf(path: readonly Step[]): "value" | "command" | undefined {
  const keys = path.map(({ key }) => key);
  if (keys.some((key) => commandPlace.test(String(key)))) return "command";
  const last = path.at(-1);
  const inItem = typeof keys.at(-2) === "number" || path.at(-2)?.label !== undefined;
  if (inItem && last?.label === undefined && besides.test(String(last?.key))) return undefined;
  return keys.some((key) => place.test(String(key))) ? "value" : undefined;
}

const ports =
  "(80|443|3000|3306|4317|4318|5000|5432|5672|6379|6380|8000|8080|8125|8443|8888|9000|9092|9200|11211|27017)";
const harmless: readonly RegExp[] = [
  /^[+-]?\d+(\.\d+)*%?$/,
  /^v?\d+(\.\d+){1,3}(-(rc|alpha|beta|dev)[.\d]{0,5})?$/,
  /^(true|false|yes|no|on|off)$/i,
  /^[a-z]{1,20}$/,
  /^arn:aws[\w-]*:[\w-]+:[\w-]*:\d*:\S*$/,
  /^(us|eu|ap|sa|ca|me|af|il|mx|cn)(-gov|-iso\w?)?-(north|south|east|west|central|northeast|southeast|northwest|southwest)-\d[a-f]?$/,
  // Dates and durations, and sizes, which look like them.
  /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/,
  /^(\d+(\.\d+)? ?(ns|us|ms|s|m|h|d|w|sec|min|seconds?|minutes?|hours?|days?|weeks?|[KMG]i?B?|k|kb|mb|gb|b))+$/,
  /^P(?=.)(\d+[YMWD])*(T(\d+[HMS])+)?$/,
  // Paths.
  /^(~|\.{1,2})?(\/[\w.@+-]+)+\/?$|^\/$|^\.$/,
  /^[a-z][a-z0-9_-]*(\/[a-z0-9_-]+)*\.[a-z]{1,5}$/,
  // Hosts, and what stands behind them.
  /^(\*\.|\.)?(_?[a-z0-9-]+\.)+[a-z]{2,}\.?(:\d{1,5})?$/,
  new RegExp(`^[a-z][a-z0-9-]{0,40}:${ports}$`),
  /^(localhost|\*|\d{1,3}(\.\d{1,3}){3}|\[?[0-9a-f]*:[0-9a-f:]+\]?)?(:\d{1,5})?(\/\d{1,3})?$/,
  /^[a-z][a-z0-9+.-]*:\/\/(•••@)?([\w.-]+|\*|\[[\da-f:.]+\])?(:(\d{1,5}|•••))?(\/[\w.~*•/-]*)?(\?•••)?$/,
  /^[a-z0-9.-]+\.[a-z]{2,}(:\d+)?(\/[a-z0-9._-]+)+(:[\w.-]{1,60})?(@sha256:[0-9a-f]{64})?$/,
  // The entry of a Python project.
  /^[a-z_]+(\.[a-z_]+)*:(application|app)$/,
  /^[a-z_]+(\.[A-Za-z_]+)+$/,
];

/** True for a value that needs no reader to be trusted: numbers, words, names and addresses of machines and files. */
function isPlain(value: string): boolean {
  return isDjangoWord(value) || isHarmlessValue(value) || harmless.some((shape) => shape.test(value));
}

/** The value, already without what is known to be secret, as it may be shown; undefined where it may not. */
export function shownValue(name: string, safe: string): string | undefined {
  if (safe.length > 2000) return undefined;
  // The address says where; what is asked there may hold a key.
  const value = /^[a-z][a-z0-9+.-]*:\/\/[^\s,]*$/.test(safe) ? safe.replace(/[?#].*$/, "?•••") : safe;
  const items = value.split(/,\s?/);
  if (items.length <= 50 && items.every((item) => item === "" || isPlain(item))) return value;
  // AWS shows this tag as the name of what carries it.
  if (name === "Name" && /^[a-z][a-z0-9]*([-/ _.][a-z0-9]+)*$/.test(value)) return value;
  if (/^(DJANGO_)?TIME_ZONE$|^TZ$/.test(name) && /^[A-Z][A-Za-z]+(\/[A-Z][A-Za-z_]+)*$/.test(value)) return value;
  if (/^(LANG|LC_[A-Z]+)$/.test(name) && /^([a-z]{2}_[A-Z]{2}|C)(\.UTF-8)?$/.test(value)) return value;
  if (!isDjangoSetting(name)) return undefined;
  return value.split(/[,\s]+/).every((item) => isPlain(item) || /^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(item))
    ? value
    : undefined;
}

/** One argument of a command; the first names a program. */
export function shownWord(word: string, first: boolean): string | undefined {
  if (/^--?[A-Za-z][\w-]{0,40}$|^(\|\|?|&&|;|[<>]|--?|\$\{?\w+\}?|•••)$/.test(word)) return word;
  // A program, or how AWS is to start it.
  if (first && /^(CMD(-SHELL)?|[a-z][a-z0-9._-]{0,30})$/.test(word)) return word;
  const [, flag = "", value] = /^(--?[a-z][\w-]*=)(.*)$/.exec(word) ?? [];
  if (value !== undefined) return `${flag}${shownValue("", value) ?? "•••"}`;
  if (/^-[a-zA-Z]•••$|^\S*[:/%,]•••$/.test(word)) return word;
  return shownValue("", word);
}

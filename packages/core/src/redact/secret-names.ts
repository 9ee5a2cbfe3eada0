import { isDjangoSetting } from "./django-settings.ts";
import { isReference } from "./secret-patterns.ts";

const secretWord =
  /^(secrets?|token|credentials?|creds|dsn|pepper|salt|bearer|jwt|hmac|otp|totp|psk|pat|sas|pgpass|netrc|mnemonic|keytab|requirepass|masterauth|webhooks?|hook|authorization|cookies?|htpasswd|connstr|pin|sshkey)$/;

/** Within one word, as in `DBPASSWORD` and `APITOKEN`. */
const secretPart =
  /passwor[dt]|passwd|passphrase|passcode|passkey|pwd|secret(?!ar)|token(?!i[sz])|credential|api_?key|(access|account|private|priv|signing|master|encryption|secret|license|app|auth)keys?$|accesstoken|(?<!com|by|tres|over|under|sur|im|encom)pass$|(db|root|user|admin|bind|smtp|mail|my|sa|svc|ftp|ldap|sql|pg)pw$/;

const strokes: Readonly<Record<string, string>> = { ł: "l", ø: "o", đ: "d", ß: "ss", ı: "i" };

/** The word for it in other languages, without accents and spaces. */
const foreignPart = new RegExp(
  plainName(
    "contrasen|motdepasse|kennwort|geheim|wachtwoord|losenord|adgangskode|salasana|matkhau|katasandi|jelszo|sifre|senha|segredo|lozinka|zaporka|slaptazodis|palabraclave|lykilord|비밀|암호|비번|패스워드|토큰|시크릿|인증키|密[码碼钥鑰]|口令|パスワード|暗証|秘密|暗号|トークン|парол|секрет|токен|κωδικ|συνθηματικ|סיסמ|سر|مرور|رمز|पासवर्ड|รหัสผ่าน|գաղտնաբառ|პაროლი",
  ),
);
const foreignWord = /^(passe|haslo|heslo|parola|parole|parool|clave|secreto|sandi|пин|ключ|geslo|passord|fjalekalim)$/;

/** Words that make the `key` after them a secret; a public, KMS, hash, object or tag key is none. */
const beforeKey =
  /^(api|access|private|secret|signing|signature|sign|encryption|encrypt|auth|authentication|master|session|license|licence|client|service|account|shared|aes|rsa|ssh|deploy|fernet|cipher|storage|admin|consumer|app|application|server|stripe|mail|mailgun|mailchimp|mandrill|postmark|sendgrid|google|maps|mapbox|openai|anthropic|mistral|cohere|groq|deepl|sentry|datadog|dd|newrelic|relic|rollbar|bugsnag|honeybadger|twilio|algolia|pusher|segment|amplitude|mixpanel|cloudflare|fastly|heroku|github|gitlab|slack|discord|telegram|firebase|fcm|azure|cosmos|paypal|braintree|plaid|square|adyen|toss|kakao|naver|elastic|splunk|pagerduty|opsgenie|intercom|zendesk|shopify|airtable|notion|okta|recaptcha|hcaptcha|turnstile|infura|alchemy|redis|db|database|backup|django|ingest|integration|write|read|subscription|root|user|jwt|hmac|cookie|vault|restricted)$/;

/** A name that ends like this says something about the secret, not the secret. */
const aboutSecret =
  /^(arns?|ids?|names?|enabled|disabled|days|count|length|version|versions|type|types|prefix|suffix|path|paths|file|filename|dir|ttl|expiry|expires|expiration|period|window|rotation|algorithm|policy|policies|endpoint|region|format|spec|usage|validity|units?|required|duration|seconds|minutes|hours|limit|size|mode|source|status|from|header|issuer|audience|scopes?|kid|sub|aud|prevention|age|requirement|lambda|behavior|behaviour|config|configuration|timeout|samesite|httponly|hashers?|validators?|module|backend)$/;

/** Latin letters that Cyrillic and Greek ones are taken for. */
const lookAlikes: Readonly<Record<string, string>> = Object.fromEntries(
  [
    "аa",
    "еe",
    "оo",
    "рp",
    "сc",
    "хx",
    "уy",
    "іi",
    "ѕs",
    "ԁd",
    "ԝw",
    "ӏl",
    "кk",
    "тt",
    "мm",
    "нh",
    "вb",
    "αa",
    "οo",
    "ρp",
    "εe",
    "κk",
    "τt",
    "ωw",
    "ιi",
    "ѵv",
    "ɡg",
    "ѡw",
    "ոn",
  ].map(([from = "", to = ""]) => [from, to]),
);

/** `dbPassword`, `DB_PASSWORD` and `x-db-password` as lower-case words, without accents and what cannot be seen. */
export function nameWords(name: string): string[] {
  return plainName(name)
    .replace(/([a-z])(?=[A-Z])|(\d)(?=[A-Z][a-z])/g, "$1$2 ")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
}

function plainName(name: string): string {
  if (isAscii(name)) return name;
  const bare = name.normalize("NFKD").replace(/[\p{M}\p{Cf}\u115F\u1160\u3164]/gu, "");
  return bare.normalize("NFC").replace(/[łøđßı]/g, (letter) => strokes[letter] ?? letter);
}

function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII
  return /^[\u0000-\u007F]*$/.test(text);
}

const known = new Map<string, boolean>();

/** True when a value of this name is hidden, whatever it looks like. */
export function isSecretName(name: string): boolean {
  let secret = known.get(name);
  if (secret === undefined) {
    secret = looksSecret(name);
    if (known.size > 10_000) known.clear();
    known.set(name, secret);
  }
  return secret;
}

function looksSecret(name: string): boolean {
  if (isDjangoSetting(name)) return false;
  const given = nameWords(name.slice(-200));
  const last = given.at(-1);
  if (last === undefined || aboutSecret.test(last)) return false;
  if (foreignPart.test(given.join("")) || given.some((word) => foreignWord.test(word))) return true;
  const words = given.map((word) => (isAscii(word) ? word : word.replace(/./gu, (char) => lookAlikes[char] ?? char)));
  // `TOKEN_URL` says where tokens are given; a webhook's address is the secret.
  if (/^(url|uri|host|hostname|port|domain|addr|address|server)$/.test(words.at(-1) ?? ""))
    return words.some((word) => /^(webhooks?|hook|secrets?|signed|dsn|private)$/.test(word));
  if (/^(pass|pw|auth|sk)$/.test(words.at(-1) ?? "")) return true;
  if (words.some((word) => secretWord.test(word) || isPart(word) || isPart(withoutDigits(word)))) return true;
  // A word that was cut in two, as in `pass word`.
  if (/passwor[dt]|connectionstring|passphrase/.test(words.join(""))) return true;
  return words.some(
    (word, index) => /^keys?$/.test(word) && beforeKey.test(words[index - 1] ?? "") && !words.includes("public"),
  );
}

function isPart(word: string): boolean {
  return secretPart.test(word) && !/^(secretsmanager|passwordless|secretmanager)$/.test(word);
}

/** True for what a name makes a secret, unless the value says that it is none. */
export function isSecretPair(name: string, value: string): boolean {
  const bare = value.replace(/^\\*["']|\\*["']$/g, "");
  return bare !== "•••" && !isReference(bare) && !/^(Bearer|Basic|Token)$/.test(bare) && isSecretName(name);
}

const digits: Readonly<Record<string, string>> = { "0": "o", "1": "i", "3": "e", "4": "a", "5": "s" };

/** `p4ssw0rd` as people read it. */
function withoutDigits(word: string): string {
  return /[a-z]\d|\d[a-z]/.test(word) ? word.replace(/[01345]/g, (digit) => digits[digit] ?? digit) : word;
}

const body = /^(user_?data(_base64)?|content(_base64)?|template_body|environment_file|env_file|dotenv)$/i;

/** True for scripts, files and templates: the pull request shows their source; here they may hold anything. */
export function isBodyName(name: string): boolean {
  return body.test(name);
}

import { nameWords } from "./name-words.ts";

const secretWord =
  /^(\w*password\w*|passwd|passwort|passphrase|passcode|pwd|secrets?|token|accesstoken|authtoken|credentials?|creds|apikey|secretkey|privatekey|accesskey|accountkey|dsn|pepper|salt|bearer|jwt|hmac|otp|totp|webhook|webhooks|authorization|cookie|cookies|htpasswd|connstr|pin)$/;
/** Words that make the `key` after them a secret; a public, KMS, hash, object or tag key is none. */
const beforeKey =
  /^(api|access|private|secret|signing|signature|sign|encryption|encrypt|auth|authentication|master|session|license|licence|client|service|account|shared|aes|rsa|ssh|deploy|fernet|cipher|storage|admin|consumer|app|application|server|stripe|mail|sendgrid|google|maps|openai|anthropic|sentry|django|ingest|integration|write|read|subscription|root|user|jwt|hmac|cookie|vault|restricted)$/;
/** A name that ends like this says something about the secret, not the secret. */
const aboutSecret =
  /^(arns?|ids?|names?|enabled|disabled|days|count|length|version|versions|type|types|prefix|suffix|path|paths|file|filename|dir|ttl|expiry|expires|expiration|period|window|rotation|algorithm|policy|policies|endpoint|region|format|spec|usage|validity|units?|required|duration|seconds|minutes|hours|limit|size|mode|source|status|from|header|issuer|audience|scopes?|kid|sub|aud|prevention|age|requirement|lambda|behavior|behaviour|config|configuration)$/;

/** True when a value of this name is hidden, whatever it looks like. */
export function isSecretName(name: string): boolean {
  const words = nameWords(name);
  const last = words.at(-1);
  if (last === undefined || aboutSecret.test(last)) return false;
  if (/^(pass|pw|auth)$/.test(last)) return true;
  if (words.some((word) => secretWord.test(word))) return true;
  if (words.join(" ").includes("connection string")) return true;
  return words.some(
    (word, index) => /^keys?$/.test(word) && beforeKey.test(words[index - 1] ?? "") && !words.includes("public"),
  );
}

/** Secrets that show by their form, wherever they stand. */
export const secretShapes: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY( BLOCK)?-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY( BLOCK)?-----|$)/g,
  /\b(AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}\b/g,
  /\bgithub_pat_\w{20,}/g,
  /\bglpat-[\w-]{16,}/g,
  /\bxox[abeoprs]-[\w-]{8,}/g,
  /\bxapp-[\w-]{8,}/g,
  /\b[srp]k_(live|test)_\w{8,}/g,
  /\bwhsec_[\w+/=]{8,}/g,
  /\bsk-[\w-]{16,}/g,
  /\bSG\.[\w-]{16,64}\.[\w-]{16,}/g,
  /\bAIza[\w-]{30,}/g,
  /\bya29\.[\w-]{16,}/g,
  /\bnpm_[A-Za-z0-9]{30,}/g,
  /\bpypi-[\w-]{16,}/g,
  /\bdckr_pat_[\w-]{16,}/g,
  /\bdop_v1_[0-9a-f]{32,}/g,
  /\bhvs\.[\w-]{16,}/g,
  /\bhf_[A-Za-z0-9]{20,}/g,
  /\bshp(at|ca|pa|ss)_[0-9a-fA-F]{16,}/g,
  /\blin_api_\w{16,}/g,
  /\bkey-[0-9a-f]{32}\b/g,
  /\bAGE-SECRET-KEY-1[A-Z0-9]+/g,
  /\b[A-Za-z0-9]{10,20}\.atlasv1\.[\w-]{20,}/g,
  /\bdjango-insecure-\S+/g,
  /\b\d{8,10}:[\w-]{35}\b/g,
  /\beyJ[\w-]{8,1000}\.[\w-]{4,}(\.[\w-]*)?/g,
  /\$(2[abxy]|apr1|[156]|argon2\w+|y)\$[\w./$,=+-]{12,}/g,
  /\bpbkdf2_\w{1,40}\$\S+/g,
  /\bhttps:\/\/hooks\.slack\.com\/\S+/g,
  /\bhttps:\/\/(\w{1,30}\.)?discord(app)?\.com\/api\/webhooks\/\S+/g,
  /\bhttps:\/\/[\w.-]{0,100}\.webhook\.office\.com\/\S+/g,
];

const harmlessShapes = [
  /^(sha(1|256|512)|md5)[:-][0-9a-zA-Z+/=]+$/,
  // An AWS id: a short word and 8 or 17 hexadecimal digits.
  /^[a-z]{1,10}(-[a-z]{1,10})?-([0-9a-f]{8}|[0-9a-f]{17})$/,
  /^\d{1,3}(\.\d{1,3}){3}(\/\d{1,2})?$/,
  /^(?=[0-9a-f]*:)[0-9a-f:]{2,45}\/\d{1,3}$/i,
  /^(cron|rate|at)\([^()]*\)$/,
];

/** True for what is public by its form, unless it goes by the name of a secret. */
export function isHarmlessValue(value: string): boolean {
  return isReference(value) || harmlessShapes.some((shape) => shape.test(value));
}

const referenceShapes = [
  /^arn:aws[\w-]*:[\w-]+:[\w-]*:\d*:\S*$/,
  /^\{\{resolve:(ssm|ssm-secure|secretsmanager):[^{}]*\}\}$/,
  /^alias\/[\w/-]+$/,
  /^(ssh-rsa|ssh-ed25519|ecdsa-sha2-\w+) [A-Za-z0-9+/=]+( \S*)?$/,
  /^(true|false|yes|no|on|off|enabled|disabled|required|optional|none|null|all|seconds|minutes|hours|days)$/i,
  /^(AWS_IAM|CUSTOM|COGNITO_USER_POOLS)$/,
];

/** True for references, public keys and flags: even under the name of a secret they are none. */
export function isReference(value: string): boolean {
  return value === "" || referenceShapes.some((shape) => shape.test(value));
}

/** Parts of names that people (or AWS) made: words, capitals in a row, years. */
const wordlike = /[A-Z]?[a-z]{3,}|[A-Z]{4,}|\d{4,}/g;

/** True for a run of characters that no person wrote and that is no digest, id, name or path. */
export function looksRandom(run: string): boolean {
  const core = run.replace(/^[^\w]+|[^\w=]+$/g, "");
  if (core.length < 20) return false;
  const classes = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(core)).length;
  // Forty characters of base64 with all three classes are an AWS secret access key.
  if (classes === 3 && /^[A-Za-z0-9+/]{40}$/.test(core)) return true;
  if (/^[0-9a-f]+$|^[0-9A-F]+$/.test(core)) return core.length >= 32;
  const made = [...core.matchAll(wordlike)].reduce((sum, match) => sum + match[0].length, 0);
  const solid = core.replace(/[^A-Za-z0-9]/g, "").length;
  if (classes === 3) return made / solid < 0.6 && entropy(core) > 3.5;
  // Lower case and digits: only when digits sit everywhere, as in base 32 or base 36.
  return classes === 2 && made / solid < 0.35 && switches(core) / core.length > 0.3 && entropy(core) > 3.5;
}

function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  return [...counts.values()].reduce((sum, n) => sum - (n / text.length) * Math.log2(n / text.length), 0);
}

function switches(text: string): number {
  const digit = (char: string | undefined) => /\d/.test(char ?? "");
  return [...text].filter((char, index) => index > 0 && digit(char) !== digit(text[index - 1])).length;
}

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

/** The log line that most likely names the cause: the last one that looks like an error, else the last. */
export function tellingLine(lines: readonly string[]): string {
  const written = lines.map((line) => line.trim()).filter((line) => line !== "");
  const named = written.findLast((line) => /^[\w.]*(Error|Exception|ImproperlyConfigured)\b/.test(line));
  const loose = written.findLast((line) => /\b(error|exception|fatal|failed|refused|denied|not found)\b/i.test(line));
  return (named ?? loose ?? written.at(-1) ?? "").slice(0, 200);
}

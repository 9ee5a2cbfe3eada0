/** What base64 stands for when that is text (or compressed, then ""); undefined for anything else. */
export function decodedText(value: string): string | undefined {
  const bare = value.replace(/\s+/g, "");
  if (bare.length < 24 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(bare)) return undefined;
  if (bare.startsWith("H4sI")) return "";
  const bytes = Buffer.from(bare, "base64");
  const text = bytes.toString("utf8");
  if (text.includes("\uFFFD")) return undefined;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells data from text
  return /[\u0000-\u0008\u000E-\u001F\u007F]/.test(text) ? undefined : text;
}

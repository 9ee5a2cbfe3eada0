import type { SafeAttribute } from "./safe-report.ts";

/** Attributes as the lines of a diff: GitHub colours by the first character. Longer lists end in a count. */
export function diffBlock(attributes: readonly SafeAttribute[], limit = 60): string {
  // What forces a replacement comes first.
  const ordered = [...attributes].sort((a, b) => Number(b.forcesReplacement) - Number(a.forcesReplacement));
  const lines = ordered.slice(0, limit).map(line);
  if (ordered.length > limit) lines.push(`  … and ${ordered.length - limit} more attributes`);
  return lines.join("\n");
}

function line({ path, before, after, forcesReplacement }: SafeAttribute): string {
  const note = forcesReplacement ? "   # forces replacement" : "";
  if (before === undefined) return `+ ${path} = ${after}${note}`;
  if (after === undefined) return `- ${path} = ${before}${note}`;
  // Both hidden: that they differ is all there is to say.
  if (before === after) return `! ${path}: ${after}, changed${note}`;
  return `! ${path}: ${before} → ${after}${note}`;
}

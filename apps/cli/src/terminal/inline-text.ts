const entities: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&amp;": "&",
  "&quot;": '"',
  "&#39;": "'",
};

/** One line of Markdown without what only a browser shows: HTML tags, links, bold; long digests are shortened. */
export function inlineText(text: string): string {
  return (
    text
      .replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, "$1…")
      .replace(/\[([^\]]+)\]\(https?:[^)]*\)/g, "")
      .replace(/( ·)(?: +·)+/g, "$1")
      .replace(/ · *(?=<\/sub>$|$)/, "")
      .replace(/<br\s*\/?>/g, " ")
      .replace(/<!--.*?-->/g, "")
      .replace(/<\/?(details|summary|b|code|pre|sub|strong|em|a|p|table|tr|td|th|thead|tbody)(\s[^>]*)?>/g, "")
      .replace(/\*\*(.+?)\*\*/g, "$1")
      .replace(/&(lt|gt|amp|quot|#39);/g, (entity) => entities[entity] ?? entity)
      // What is escaped for Markdown is meant as it is.
      .split(/(`[^`]*`)/)
      .map((part, index) => (index % 2 === 1 ? part : part.replace(/\\([!-/:-@[-`{}~])/g, "$1")))
      .join("")
      .trimEnd()
  );
}

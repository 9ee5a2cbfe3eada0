import { paint } from "./paint.ts";

const colors = { "+": "green", "-": "red", "!": "yellow", "@": "cyan" } as const;

/** A line of a diff block, in the colour that GitHub gives it by its first character. */
export function diffLine(line: string, color: boolean): string {
  const first = colors[line.charAt(0) as keyof typeof colors];
  const text = line.replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, "$1…");
  return first === undefined ? text : paint(text, first, color);
}

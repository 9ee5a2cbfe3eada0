import { paint } from "./paint.ts";

const colors = { "+": "green", "-": "red", "!": "yellow", "@": "cyan" } as const;

/** What is longer belongs to somebody who looks for it: the file beside has all. */
const longest = 200;

/** A line of a diff block, in the colour that GitHub gives it by its first character. */
export function diffLine(line: string, color: boolean): string {
  const first = colors[line.charAt(0) as keyof typeof colors];
  const whole = line.replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, "$1…");
  const text = whole.length > longest ? `${whole.slice(0, longest)} …` : whole;
  return first === undefined ? text : paint(text, first, color);
}

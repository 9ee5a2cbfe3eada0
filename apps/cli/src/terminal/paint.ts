const codes = { bold: [1, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], cyan: [36, 39] } as const;

/** Colours a text for the terminal, if it is to be coloured. */
export function paint(text: string, color: keyof typeof codes, on: boolean): string {
  const [start, end] = codes[color];
  return on && text !== "" ? `\u001b[${start}m${text}\u001b[${end}m` : text;
}

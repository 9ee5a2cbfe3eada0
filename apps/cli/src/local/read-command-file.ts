/** Reads the file behind GITHUB_OUTPUT: `name=value` lines and `name<<DELIMITER` blocks. */
export function readCommandFile(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] as string;
    const block = /^([^=<]+)<<(.+)$/.exec(line);
    if (block !== null) {
      const [, name = "", delimiter] = block;
      const end = lines.indexOf(delimiter as string, index + 1);
      if (end === -1) throw new Error(`output \`${name}\` must end with its delimiter ${delimiter}`);
      values[name] = lines.slice(index + 1, end).join("\n");
      index = end;
    } else if (line.includes("=")) {
      values[line.slice(0, line.indexOf("="))] = line.slice(line.indexOf("=") + 1);
    }
  }
  return values;
}

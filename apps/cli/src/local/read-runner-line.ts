export interface RunnerLine {
  readonly kind: "text" | "error" | "warning" | "notice" | "group";
  readonly text: string;
  /** As a log shows it. */
  readonly shown: string;
}

/** Reads one line of an action's output as GitHub's runner does: workflow commands are obeyed, masked values hidden. */
export function readRunnerLine(line: string, masks: Set<string>): RunnerLine | undefined {
  const command = /^::([a-z-]+)(?: [^:]*(?::(?!:)[^:]*)*)?::(.*)$/.exec(line);
  if (command === null) {
    const text = hide(line, masks);
    return { kind: "text", text, shown: text };
  }
  const [, name, data = ""] = command;
  const value = unescapeData(data);
  if (name === "add-mask") {
    for (const part of [value, ...value.split("\n")]) if (part.trim() !== "") masks.add(part);
    return undefined;
  }
  if (name === "endgroup" || name === "debug") return undefined;
  const text = hide(value, masks);
  if (name === "error" || name === "warning" || name === "notice")
    return { kind: name, text, shown: `${name}: ${text}` };
  return { kind: "group", text, shown: text };
}

const unescapeData = (text: string) => text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");

function hide(text: string, masks: ReadonlySet<string>): string {
  let hidden = text;
  for (const mask of masks) hidden = hidden.replaceAll(mask, "***");
  return hidden;
}

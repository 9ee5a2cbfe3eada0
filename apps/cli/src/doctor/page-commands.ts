/** The commands of a page, in order: of its `sh` blocks, one a line; a loop is one. */
export function pageCommands(page: string): readonly string[] {
  const commands: string[] = [];
  let open: string[] = [];
  for (const [, block = ""] of page.matchAll(/^```sh\n([\s\S]*?)^```/gm)) {
    for (const line of block.split("\n").filter((each) => each.trim() !== "")) {
      open.push(line);
      const isOpen = open[0]?.startsWith("for ") === true && line !== "done";
      if (!isOpen) {
        commands.push(open.join("\n"));
        open = [];
      }
    }
  }
  if (open.length > 0) throw new Error(`a loop (${open[0]}) must end within its block`);
  return commands;
}

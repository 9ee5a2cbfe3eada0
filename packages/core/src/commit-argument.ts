/** Build argument that an image takes the commit by, if its Dockerfile declares it. */
const commitArgument = "GIT_COMMIT";

/** The build arguments, with the commit where the Dockerfile asks for it and they do not give it themselves. */
export function withCommit(
  buildArgs: Readonly<Record<string, string>>,
  dockerfile: string,
  commit: string,
): Record<string, string> {
  return declares(dockerfile, commitArgument) ? { [commitArgument]: commit, ...buildArgs } : { ...buildArgs };
}

/** Whether an `ARG` of the Dockerfile names it; one may name several, and go on after a \ at the line's end. */
function declares(dockerfile: string, name: string): boolean {
  const lines = dockerfile.replace(/^[ \t]*#.*\r?\n/gm, "").replace(/[\\`][ \t]*\r?\n/g, " ");
  const names = [...lines.matchAll(/^\s*ARG\s+(.+)$/gim)].flatMap(([, rest = ""]) => [
    ...rest.matchAll(/(?:^|\s)([A-Za-z_]\w*)(?:=("[^"]*"|'[^']*'|\S*))?/g),
  ]);
  return names.some(([, found]) => found === name);
}

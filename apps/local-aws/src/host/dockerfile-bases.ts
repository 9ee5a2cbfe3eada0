/** External images of a Dockerfile. */
export interface DockerfileBases {
  /** Images in `FROM`, `COPY --from` and `RUN --mount=from` that the wanted stage needs, without its own stages. */
  readonly images: readonly string[];
  /** Image of the `# syntax=` line, which replaces the builder's own parser. */
  readonly syntax: string | undefined;
}

export interface DockerfileOptions {
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly target?: string;
}

interface Stage {
  readonly name: string;
  readonly needs: string[];
}

/** Reads the text of a Dockerfile; stages that the target does not need are left out, as the builder leaves them out. */
export function dockerfileBases(text: string, options: DockerfileOptions = {}): DockerfileBases {
  const { directives, instructions } = readInstructions(text);
  const stages: Stage[] = [];
  const variables = new Map<string, string>(Object.entries(platformVariables()));
  for (const instruction of instructions) {
    const [, keyword = "", rest = ""] = /^(\w+)\s+([\s\S]*)$/.exec(instruction) ?? [];
    const word = keyword.toUpperCase();
    if (word === "ARG" && stages.length === 0) declare(rest, variables, options.buildArgs ?? {});
    if (word === "FROM") stages.push(readFrom(rest, variables));
    if (word === "COPY") addNeed(stages, /^(?:--\S+\s+)*?--from=(\S+)/.exec(rest)?.[1]);
    if (word === "RUN") {
      for (const mount of rest.matchAll(/--mount=(\S+)/g))
        addNeed(stages, /(?:^|,)from=([^,]+)/.exec(mount[1] ?? "")?.[1]);
    }
  }
  return { images: neededImages(stages, options.target), syntax: directives.get("syntax") };
}

function readFrom(rest: string, variables: ReadonlyMap<string, string>): Stage {
  const words = rest.split(/\s+/).filter((word) => word !== "" && !word.startsWith("--"));
  const [image = "", as, name = ""] = words;
  return { name: as?.toUpperCase() === "AS" ? name.toLowerCase() : "", needs: [substitute(image, variables)] };
}

function addNeed(stages: readonly Stage[], from: string | undefined): void {
  if (from !== undefined) stages.at(-1)?.needs.push(from);
}

function neededImages(stages: readonly Stage[], target: string | undefined): string[] {
  const images = new Set<string>();
  const seen = new Set<number>();
  // Only earlier stages can be referenced, so `FROM python AS python` refers to the image.
  const find = (need: string, before: number): number => {
    const names = stages.slice(0, before).map(({ name }) => name);
    const byName = names.lastIndexOf(need.toLowerCase());
    return byName < 0 && /^\d+$/.test(need) && Number(need) < before ? Number(need) : byName;
  };
  const visit = (index: number): void => {
    if (seen.has(index)) return;
    seen.add(index);
    for (const need of stages[index]?.needs ?? []) {
      const stage = find(need, index);
      if (stage >= 0) visit(stage);
      else if (need !== "scratch") images.add(need);
    }
  };
  const wanted = target === undefined ? -1 : find(target, stages.length);
  visit(wanted >= 0 ? wanted : stages.length - 1);
  return [...images];
}

function declare(rest: string, variables: Map<string, string>, buildArgs: Readonly<Record<string, string>>): void {
  for (const [, name = "", value] of rest.matchAll(/([A-Za-z_]\w*)(?:=("[^"]*"|'[^']*'|\S*))?/g)) {
    const given = buildArgs[name];
    if (given !== undefined) variables.set(name, given);
    else if (value !== undefined) variables.set(name, substitute(value.replace(/^(["'])(.*)\1$/, "$2"), variables));
  }
}

function substitute(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:(\w+)|\{(\w+)(?:(:?[-+])([^{}]*))?\})/g,
    (_whole, plain?: string, braced?: string, operator = "", word = "") => {
      const value = variables.get(plain ?? braced ?? "") ?? "";
      if (operator.endsWith("-")) return value === "" ? substitute(word, variables) : value;
      if (operator.endsWith("+")) return value === "" ? "" : substitute(word, variables);
      return value;
    },
  );
}

function platformVariables(): Record<string, string> {
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  const platform = `linux/${architecture}`;
  return {
    TARGETPLATFORM: platform,
    TARGETOS: "linux",
    TARGETARCH: architecture,
    BUILDPLATFORM: platform,
    BUILDARCH: architecture,
  };
}

/** Joins continued lines, drops comments and the bodies of here-documents. */
function readInstructions(text: string): { directives: Map<string, string>; instructions: string[] } {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const directives = new Map<string, string>();
  while (lines.length > 0) {
    const [, name, value] = /^#\s*(\w+)\s*=\s*(\S+)\s*$/.exec(lines[0] ?? "") ?? [];
    if (name === undefined || value === undefined) break;
    directives.set(name.toLowerCase(), value);
    lines.shift();
  }
  const continued = directives.get("escape") === "`" ? /`\s*$/ : /\\\s*$/;
  const instructions: string[] = [];
  let current = "";
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (/^\s*(#|$)/.test(line)) continue;
    current += line.replace(continued, " ");
    if (continued.test(line)) continue;
    instructions.push(current.trim());
    skipHereDocuments(current, lines);
    current = "";
  }
  if (current !== "") instructions.push(current.trim());
  return { directives, instructions };
}

function skipHereDocuments(instruction: string, lines: string[]): void {
  if (!/^\s*(RUN|COPY|ADD)\b/i.test(instruction)) return;
  for (const [, , word] of instruction.matchAll(/<<-?(["']?)([A-Za-z_]\w*)\1/g)) {
    while (lines.length > 0 && lines.shift()?.trim() !== word) {
      // Skips the content of the here-document.
    }
  }
}

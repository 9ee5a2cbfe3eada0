import { type Copy, DockerfileParser, type From, type Instruction, Keyword, type Run } from "dockerfile-ast";

/** An image that is not a stage of the Dockerfile itself, and the lines that name it. */
export interface BaseImage {
  readonly image: string;
  readonly lines: readonly number[];
}

/** External images of a Dockerfile. */
export interface DockerfileBases {
  /** Images in `FROM`, `COPY --from` and `RUN --mount=from` of the stages that are built. */
  readonly images: readonly BaseImage[];
  /** Image of the `# syntax=` line, which replaces the builder's own parser. */
  readonly syntax: string | undefined;
  /** Names of the stages, as they are written. */
  readonly stages: readonly string[];
}

export interface DockerfileOptions {
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** @default the last stage */
  readonly target?: string | undefined;
  /** Platform that the image is built for, e.g. linux/arm64. @default this machine's */
  readonly platform?: string | undefined;
  /** Whether the builder leaves out the stages that the target does not need; the one without BuildKit does not. @default true */
  readonly skipsStages?: boolean;
}

/** Platform of what this machine builds and runs, as docker writes it. */
export const ownPlatform = `linux/${process.arch === "x64" ? "amd64" : process.arch}`;

interface Need {
  readonly name: string;
  readonly line: number;
}

interface Stage {
  readonly name: string;
  readonly needs: Need[];
}

/** Reads the text of a Dockerfile. */
export function dockerfileBases(text: string, options: DockerfileOptions = {}): DockerfileBases {
  const dockerfile = DockerfileParser.parse(text.replace(/^\uFEFF/, ""));
  const { buildArgs = {}, platform = ownPlatform } = options;
  const variables = new Map<string, string>(Object.entries(platformVariables(platform)));
  for (const name of dockerfile.getInitialARGs().flatMap((each) => each.getProperties())) {
    const given = buildArgs[name.getName()];
    const value = given ?? substitute(name.getValue() ?? "", variables);
    if (given !== undefined || name.getValue() !== null) variables.set(name.getName(), value);
  }
  const stages: Stage[] = [];
  for (const instruction of dockerfile.getInstructions()) {
    const line = instruction.getRange().start.line + 1;
    if (instruction.getKeyword() === Keyword.FROM) {
      const from = instruction as From;
      const name = substitute(from.getImage() ?? "", variables);
      stages.push({ name: from.getBuildStage() ?? "", needs: [{ name, line }] });
    } else {
      stages.at(-1)?.needs.push(...imagesOf(instruction).map((name) => ({ name, line })));
    }
  }
  return {
    images: neededImages(stages, options),
    syntax: dockerfile
      .getDirectives()
      .find((each) => each.getName().toLowerCase() === "syntax")
      ?.getValue(),
    stages: stages.map(({ name }) => name).filter((name) => name !== ""),
  };
}

/** What `COPY --from` and `RUN --mount=from` name: a stage or an image. */
function imagesOf(instruction: Instruction): string[] {
  const named: (string | null | undefined)[] = [];
  if (instruction.getKeyword() === Keyword.COPY) named.push((instruction as Copy).getFromFlag()?.getValue());
  if (instruction.getKeyword() === Keyword.RUN) {
    const mounts = (instruction as Run).getFlags().filter((flag) => flag.getName() === "mount");
    named.push(...mounts.map((mount) => mount.getOption("from")?.getValue()));
  }
  return named.filter((name): name is string => typeof name === "string" && name !== "");
}

function neededImages(stages: readonly Stage[], { target, skipsStages = true }: DockerfileOptions): BaseImage[] {
  const images = new Map<string, number[]>();
  const seen = new Set<number>();
  // Only earlier stages can be referenced, so `FROM python AS python` refers to the image.
  const find = (need: string, before: number): number => {
    const names = stages.slice(0, before).map(({ name }) => name.toLowerCase());
    const byName = names.lastIndexOf(need.toLowerCase());
    return byName < 0 && /^\d+$/.test(need) && Number(need) < before ? Number(need) : byName;
  };
  const visit = (index: number): void => {
    if (seen.has(index)) return;
    seen.add(index);
    for (const { name, line } of stages[index]?.needs ?? []) {
      const stage = find(name, index);
      if (stage >= 0) visit(stage);
      else if (name !== "scratch") images.set(name, [...(images.get(name) ?? []), line]);
    }
  };
  const named = target === undefined ? -1 : find(target, stages.length);
  const last = named >= 0 ? named : stages.length - 1;
  for (let index = skipsStages ? last : 0; index <= last; index += 1) visit(index);
  return [...images]
    .map(([image, lines]) => ({ image, lines: lines.sort((a, b) => a - b) }))
    .sort((a, b) => (a.lines[0] ?? 0) - (b.lines[0] ?? 0));
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

function platformVariables(platform: string): Record<string, string> {
  const [, architecture = ""] = platform.split("/");
  return {
    TARGETPLATFORM: platform,
    TARGETOS: "linux",
    TARGETARCH: architecture,
    BUILDPLATFORM: ownPlatform,
    BUILDARCH: ownPlatform.slice("linux/".length),
  };
}

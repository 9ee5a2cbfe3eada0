export type Path = readonly (string | number)[];

/** Something in a pull request's JSON that main does not know. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly path: Path;
  readonly value: string | undefined;

  /** `must` and `unknown` complete "must …" and "main does not know …". */
  constructor(path: Path, must: string, unknown: string, value?: string) {
    super(`must ${must}: main does not know ${unknown}`);
    this.path = path;
    this.value = value;
  }
}

export function refuse(path: Path, must: string, unknown: string, value?: string): never {
  throw new Refusal(path, must, unknown, value);
}

/** A path as people write it: `resource.aws_lb.x.tags["a b"]`. Of strangers' keys, only signs that mean nothing anywhere are shown. */
export function pathText(path: Path): string {
  return path.map((key, index) => step(key, index === 0)).join("");
}

function step(key: string | number, first: boolean): string {
  if (typeof key === "number") return `[${key}]`;
  if (/^[\w-]{1,100}$/.test(key)) return first ? key : `.${key}`;
  return `["${shown(key)}"]`;
}

/** Text of a stranger, made fit for a sentence. */
export function shown(text: string): string {
  const plain = text.replace(/[^\w .:/+=-]/g, "?");
  return plain.length > 80 ? `${plain.slice(0, 80)}…` : plain;
}

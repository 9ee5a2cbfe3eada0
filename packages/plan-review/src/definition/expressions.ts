import { isKnownDataSource } from "./data-sources.ts";
import { type Path, refuse, shown } from "./refusal.ts";

/** Functions that an expression may call: they compute with what they are given and read nothing. */
export const knownFunctions: ReadonlySet<string> = new Set([
  "concat",
  "contains",
  "distinct",
  "element",
  "length",
  "split",
]);

/**
 * The one expression with a `for`: of what proves a certificate's names, the record for one name and its wildcard. A list has no other
 * way to say "that of this name", and Terraform knows the list only at apply.
 */
export const validationRecord =
  /\[for o in aws_acm_certificate\.[A-Za-z_][\w-]*\.domain_validation_options : o\.resource_record_(?:name|value) if trimprefix\(o\.domain_name, "\*\."\) == "[a-z0-9.-]{1,253}"\]\[0\]/y;

/** Calls and texts within one another; those of our stacks are two deep. */
const deepest = 12;

/**
 * Checks every template in a text as Terraform reads it: `${…}` may hold references, texts, numbers and calls of known functions, or
 * be a certificate's validation record.
 * What this grammar does not name is refused, so that a writing it does not understand cannot hide a call.
 */
export function checkTemplate(text: string, path: Path): void {
  // `$${` and `%%{` stand for themselves. In longer and mixed runs it is easy to be wrong about which sign counts.
  for (const sign of text.matchAll(/(?<![$%])([$%]+)\{/g)) {
    const [, run = ""] = sign;
    if (run === "$$" || run === "%%") continue;
    if (run === "%") refuse(path, "do without `%{`", "directives in templates");
    if (run !== "$") refuse(path, "write `$${` for a literal `${`", "this run of signs", shown(run));
  }
  let at = text.indexOf("${");
  while (at !== -1) {
    if (text[at - 1] === "$") at = text.indexOf("${", at + 2);
    else at = text.indexOf("${", new Expression(text, at + 2, path).template());
  }
}

/** Checks what stands where Terraform expects an expression instead of a text. */
export function checkBareReference(text: string, path: Path): void {
  new Expression(`${text}}`, 0, path).onlyReference(text.length);
}

/** Checks a condition of a data source: one expression, in which there may also be `!`, `(… >= …)`, a list, and `self`. */
export function checkCondition(text: string, path: Path): void {
  if (!text.startsWith("${")) refuse(path, "be an expression", "another condition", shown(text));
  if (new Expression(text, 2, path, true).closed() !== text.length) {
    refuse(path, "be one expression and nothing else", "this condition", shown(text));
  }
}

/** Reads one expression from a place in a text and stops at the first thing that it does not know. */
class Expression {
  readonly #text: string;
  readonly #path: Path;
  readonly #isCondition: boolean;
  #at: number;
  #depth = 0;

  constructor(text: string, at: number, path: Path, isCondition = false) {
    this.#text = text;
    this.#at = at;
    this.#path = path;
    this.#isCondition = isCondition;
  }

  /** The place after the closing brace of a template that is in no other. */
  template(): number {
    if (this.#take(validationRecord) === undefined) return this.closed();
    this.#expect(/\}/y);
    return this.#at;
  }

  /** The place after the closing brace. */
  closed(): number {
    this.#operand();
    this.#expect(/\}/y);
    return this.#at;
  }

  onlyReference(end: number): void {
    this.#reference();
    if (this.#at !== end) this.#fail();
  }

  /** A reference, a call, a text or a number, with spaces around it; in a condition also what only conditions have. */
  #operand(): void {
    this.#depth += 1;
    if (this.#depth > deepest) refuse(this.#path, "be simpler", `expressions more than ${deepest} deep`);
    this.#take(/ */y);
    if (!this.#isCondition || !this.#ofCondition()) this.#simpleOperand();
    this.#take(/ */y);
    this.#depth -= 1;
  }

  #ofCondition(): boolean {
    if (this.#take(/!/y) !== undefined) this.#operand();
    else if (this.#take(/\(/y) !== undefined) {
      this.#operand();
      this.#expect(/>=/y);
      this.#operand();
      this.#expect(/\)/y);
    } else if (this.#take(/\[/y) !== undefined) this.#operands(/\]/y);
    else return false;
    return true;
  }

  #simpleOperand(): void {
    const name = this.#peek(/[A-Za-z_][\w-]*(?:::[\w:-]*)?(?=\s*\()/y);
    if (name !== undefined) this.#call(name);
    else if (this.#take(/"/y) !== undefined) this.#quoted();
    else if (this.#take(/\d{1,15}(?![\w.-])/y) === undefined) this.#reference();
  }

  /** One operand or more, and what ends them. */
  #operands(end: RegExp): void {
    do this.#operand();
    while (this.#take(/,/y) !== undefined);
    this.#expect(end);
  }

  #call(name: string): void {
    if (!knownFunctions.has(name)) {
      refuse(this.#path, "call no function but those in main's table", `the function \`${shown(name)}\``);
    }
    this.#at += name.length;
    this.#expect(/\(/y);
    this.#operands(/\)/y);
  }

  /** A text in quotes within an expression, itself a template. */
  #quoted(): void {
    while (this.#take(/"/y) === undefined) {
      if (this.#take(/\$\{/y) !== undefined) this.closed();
      else this.#expect(/[^"\\$%\r\n]+|\\[nrt"\\]|\\u[0-9a-fA-F]{4}/y);
    }
  }

  /** `aws_lb.web.arn`, `data.<type>.<name>.outputs.x`, `local.name`; also `.0`, `[0]` and `["key"]` behind it. */
  #reference(): void {
    const first = this.#take(/[A-Za-z_][\w-]*/y) ?? this.#fail();
    const step = /\.([A-Za-z_][\w-]*)/y;
    if (first === "data") {
      const type = this.#expect(step).slice(1);
      if (!isKnownDataSource(type)) refuse(this.#path, "refer to other data", `the data source \`${shown(type)}\``);
      this.#expect(step);
    } else if (this.#isCondition && first === "self") this.#expect(step);
    else if (first === "local" || /^aws_[a-z0-9_]+$/.test(first)) this.#expect(step);
    else refuse(this.#path, "refer to a resource, data or a local", `the name \`${shown(first)}\` in an expression`);
    while (this.#take(/\.(?:[A-Za-z_][\w-]*|\d{1,6})(?![\w-])|\[(?:\d{1,6}|"[\w ./:@-]*")\]/y) !== undefined);
  }

  #peek(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[0];
  }

  #take(pattern: RegExp): string | undefined {
    const found = this.#peek(pattern);
    this.#at += found?.length ?? 0;
    return found;
  }

  #expect(pattern: RegExp): string {
    return this.#take(pattern) ?? this.#fail();
  }

  #fail(): never {
    const rest = shown(this.#text.slice(this.#at, this.#at + 30));
    return refuse(this.#path, "hold references and known calls only", "this in an expression", rest);
  }
}

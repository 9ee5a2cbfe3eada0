import { data, Evaluator, Lexer, Parser } from "@actions/expressions";

/** What expressions may read: `github`, `inputs`, `vars`, `matrix` … */
export type Contexts = Readonly<Record<string, unknown>>;

/** Text with its `${{ … }}` evaluated, by GitHub's own evaluator. */
export function interpolate(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => evaluate(expression, contexts).coerceString());
}

/** The value of a text that is one whole `${{ … }}`, else its interpolated text. */
export function resolve(text: string, contexts: Contexts): unknown {
  const whole = /^\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*$/s.exec(text)?.[1];
  if (whole === undefined) return interpolate(text, contexts);
  return JSON.parse(JSON.stringify(evaluate(whole, contexts), data.replacer));
}

function evaluate(expression: string, contexts: Contexts): data.ExpressionData {
  const values = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  const { tokens } = new Lexer(expression).lex();
  return new Evaluator(new Parser(tokens, Object.keys(contexts), []).parse(), values).evaluate();
}

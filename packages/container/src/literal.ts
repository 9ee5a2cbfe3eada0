import { Token } from "cdktf";

/** A text that Terraform must not read as an expression: `${` and `%{` in a password or a template stay what they are. */
export function literal(text: string): string {
  return Token.isUnresolved(text) ? text : text.replace(/[$%](?=\{)/g, (sign) => sign + sign);
}

/** The ARN of an environment's permissions boundary, so that stacks can name it without reading the one that makes it. */
export function boundaryArn({ name, account }: { readonly name: string; readonly account: string }): string {
  return `arn:aws:iam::${account}:policy/${name}-boundary`;
}

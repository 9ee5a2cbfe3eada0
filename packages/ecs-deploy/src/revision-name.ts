/** `web:41` of `arn:aws:ecs:…:task-definition/web:41`. */
export function revisionName(arn: string | undefined): string {
  return (arn ?? "").split("/").at(-1) ?? "";
}

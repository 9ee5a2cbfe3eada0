export type { CliContext } from "./cli-context.ts";
export { destroyCommand } from "./destroy.ts";
export { type MissingSecret, missingSecrets } from "./missing-secrets.ts";
export { secretCommand } from "./secret.ts";

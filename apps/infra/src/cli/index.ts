export { bootstrapCommand } from "./bootstrap.ts";
export { checkAccount } from "./check-account.ts";
export type { CliContext } from "./cli-context.ts";
export { destroyCommand } from "./destroy.ts";
export { type MissingSecret, missingSecrets } from "./missing-secrets.ts";
export { secretCommand } from "./secret.ts";
export { createSecretStore, type SecretStore } from "./secret-store.ts";
export { type SynthesizeRequest, synthesize } from "./synthesize.ts";
export { unlockCommand } from "./unlock.ts";

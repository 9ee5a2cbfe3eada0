export { bootstrapCommand } from "./bootstrap.ts";
export { destroyCommand } from "./destroy.ts";
export { type CommandContext as CliContext, checkAccount, openEnvironment } from "./open-environment.ts";
export { type MissingSecret, missingSecrets, secretCommand } from "./secret.ts";
export { createSecretStore, type SecretStore } from "./secret-store.ts";
export { type SynthesizeRequest, synthesize } from "./synthesize.ts";
export { unlockCommand } from "./unlock.ts";

import type { WebContainer } from "./web-container.ts";

/** Throws for what AWS would refuse at apply, or worse, only when a task starts. */
export function checkContainer(container: WebContainer): void {
  const { name, port, environment = {}, secrets = {}, stopTimeoutSeconds } = container;
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(name)) {
    throw new Error(`container.name (${name}) must be letters, digits, - and _; rename it.`);
  }
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(
      `container.port (${port}) must be a whole number from 1 to 65535; give the port the app listens on.`,
    );
  }
  if (stopTimeoutSeconds !== undefined && !(stopTimeoutSeconds >= 2 && stopTimeoutSeconds <= 120)) {
    throw new Error(`container.stopTimeoutSeconds (${stopTimeoutSeconds}) must be 2 to 120 on Fargate; shorten it.`);
  }
  for (const variable of [...Object.keys(environment), ...Object.keys(secrets)]) {
    if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(variable)) {
      throw new Error(
        `container.environment (${variable}) must be named with letters, digits and _, no digit first; rename it.`,
      );
    }
  }
  const both = Object.keys(secrets).find((variable) => variable in environment);
  if (both !== undefined) {
    throw new Error(`container.secrets (${both}) must not be in environment too; remove it there.`);
  }
}

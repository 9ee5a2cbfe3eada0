import { type App, parameterName } from "./app.ts";

/** SLIPWAY_OVERLAY for a project that is not our own: its names and its service take the place of ours. */
export function overlay(app: App): string | undefined {
  if (app.own) return undefined;
  const names = Object.keys(app.secrets);
  return JSON.stringify({
    project: app.project,
    service: {
      containerName: app.containerName,
      port: app.port,
      healthCheckPath: app.healthPath,
      ...(app.command === undefined ? {} : { command: app.command }),
      environment: {},
      secrets: Object.fromEntries(names.map((name) => [name, parameterName(app, name)])),
    },
  });
}

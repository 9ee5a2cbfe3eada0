/** Dockerfile lines that turn a good image into the versions of the drill. */
export const drillVersions = {
  /** The own app: settings that do not exist, so gunicorn itself gives up with code 3. */
  crashOfOwnApp: ["ENV DJANGO_SETTINGS_MODULE=config.missing"],
  crash: ['ENTRYPOINT ["/bin/sh", "-c", "echo this version is broken on purpose >&2; exit 3"]'],
  unhealthy: [
    `ENTRYPOINT ["/bin/sh", "-c", "trap 'exit 0' TERM; echo this version starts and answers nothing, on purpose; while :; do sleep 1; done"]`,
  ],
  second: ["LABEL slipway.drill=second"],
};

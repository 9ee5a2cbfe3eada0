/** The environment of the test run: what a runner would pass on to an action. */
// biome-ignore lint/style/noProcessEnv: tests stand in for the runner
export const environment = process.env;

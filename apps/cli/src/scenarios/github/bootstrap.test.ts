import { secretsToSet } from "./bootstrap.ts";

test("the values of the env file are written, and what has none yet is made up", () => {
  const lines = [
    "web  SECRET_KEY  /shop/web/SECRET_KEY  set 2026-11-30T20:00:00.000Z",
    "web  DATABASE_URL  /shop/web/DATABASE_URL  missing",
    "web  SENTRY_DSN  /shop/web/SENTRY_DSN  missing",
    "web  API_KEY  /shop/web/API_KEY  set 2026-11-30T20:00:00.000Z",
    "beat  DATABASE_URL  /shop/web/DATABASE_URL  missing",
    "staging names no secrets in environments.ts.",
  ];
  expect(secretsToSet(lines, { SECRET_KEY: "Heron-4", SENTRY_DSN: "Heron-5" })).toEqual([
    { service: "web", name: "SECRET_KEY", value: "Heron-4" },
    { service: "web", name: "DATABASE_URL", value: undefined },
    { service: "web", name: "SENTRY_DSN", value: "Heron-5" },
  ]);
});

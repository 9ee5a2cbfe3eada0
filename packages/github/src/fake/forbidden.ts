import type { Answer } from "./issue-handlers.ts";

/** What only an administrator's token may ask. */
export const forbidden: Answer = {
  status: 403,
  body: { message: "Resource not accessible by personal access token" },
};

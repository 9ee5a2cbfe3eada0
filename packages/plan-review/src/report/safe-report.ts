import type * as z from "zod/mini";
import type { reportSchema } from "./report-schema.ts";

/** A report that may be shown: every text in it has been through the redaction. Only this is rendered or handed on. */
export type SafeReport = z.infer<typeof reportSchema>;

export type SafeStack = SafeReport["stacks"][number];
export type SafePlan = NonNullable<SafeStack["plan"]>;
export type SafeChange = SafePlan["changes"][number];
export type SafeDrift = SafePlan["drift"][number];
export type SafeAttribute = SafeChange["attributes"][number];

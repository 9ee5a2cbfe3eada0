/** Environment variables as the caller chose them; the engine itself never reads those of its process. */
export type Variables = Readonly<Record<string, string | undefined>>;

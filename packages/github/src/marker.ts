export interface Marker {
  /** What the text is, as `plan`. */
  readonly kind: string;
  /** Which of them, as `environment=production`; no part of another's. */
  readonly key: string;
}

/** The hidden first line by which a comment or issue of ours is found again; it says also which run wrote it. */
export const marker = {
  line({ kind, key }: Marker, runId: number): string {
    return `<!-- slipway:${kind}:v1 ${key} run=${runId} -->`;
  },

  /** The run that wrote a text of this kind and key; undefined for any other text. */
  runOf(text: string, { kind, key }: Marker): number | undefined {
    const start = `<!-- slipway:${kind}:v1 ${key} run=`;
    if (!text.startsWith(start)) return undefined;
    const digits = /^(\d+) -->/.exec(text.slice(start.length));
    return digits === null ? undefined : Number(digits[1]);
  },
};

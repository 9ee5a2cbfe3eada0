/** What came of one part of `npm test`. */
export interface PartResult {
  readonly passed: number;
  readonly failed: number;
  /** Its slow pieces, for the list at the end: a part that has none is listed itself. */
  readonly pieces?: readonly { readonly title: string; readonly seconds: number }[];
  /** What a person needs to see of a failure. */
  readonly report: string;
}

export interface Part {
  readonly title: string;
  readonly run: () => Promise<PartResult>;
}

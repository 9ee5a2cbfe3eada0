/** One line of the result. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: "s" | "MB" | "calls" | "processes";
  /** What the project promises; without one the figure is only told. */
  readonly limit?: number;
}

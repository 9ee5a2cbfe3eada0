/** Where something went wrong, and with which plan. */
export interface StackAt {
  readonly stack: string;
  readonly environment: string;
  readonly planId: string;
}

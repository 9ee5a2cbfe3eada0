/** Options of `npm start` as commander gives them. */
export interface StartOptions {
  readonly drill: boolean;
  readonly app?: string;
  readonly port?: string;
  readonly healthPath?: string;
  readonly containerName?: string;
  readonly command?: string;
  readonly envFile?: string;
  readonly buildArg: readonly string[];
}

import type { Variables } from "@slipway/core";

/** What the commands need from the program that holds them. */
export interface CliContext {
  /** Root folder of the repository. */
  readonly root: string;
  /** Folder of all local state (`.slipway`); an environment's part is `<home>/<key>`. */
  readonly home: string;
  /** Variables for an environment: those of the process, and for `local` the endpoint, keys and region of the local AWS. */
  readonly variables: (environment: string) => Promise<Variables>;
  /** Writes one line. */
  readonly print: (line: string) => void;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Asks for a line of text; undefined where nobody can answer. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
}

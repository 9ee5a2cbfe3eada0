/** A failure whose message is one sentence for people: what is wrong and what to do. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly logPath: string | undefined;

  constructor(message: string, logPath?: string) {
    super(message);
    this.logPath = logPath;
  }
}

/** A failure whose message is one sentence for people; the rest is for those who look closer. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly logPath: string | undefined;

  constructor(message: string, logPath?: string) {
    super(message);
    this.logPath = logPath;
  }
}

import type { Engine } from "./engine.ts";

/** Forwards Ctrl-C to the engine until the returned function is called. */
export function forwardInterrupts(engine: Pick<Engine, "interrupt">, notice: (text: string) => void): () => void {
  let asked = false;
  const listener = () => {
    notice(
      asked
        ? "Terraform is killed."
        : "Terraform is asked to stop and writes its state; press Ctrl-C again to kill it.",
    );
    asked = true;
    void engine.interrupt();
  };
  process.on("SIGINT", listener);
  process.on("SIGTERM", listener);
  return () => {
    process.off("SIGINT", listener);
    process.off("SIGTERM", listener);
  };
}

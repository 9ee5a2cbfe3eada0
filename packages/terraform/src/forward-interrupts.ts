import type { Engine } from "./engine.ts";

/** Forwards Ctrl-C to the engine until the returned function is called. */
export function forwardInterrupts(engine: Pick<Engine, "interrupt">, notice: (text: string) => void): () => void {
  let asked = false;
  const listener = () => {
    if (!asked) notice("Terraform is asked to stop and to write its state; press Ctrl-C again to kill it.");
    asked = true;
    void engine.interrupt();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}

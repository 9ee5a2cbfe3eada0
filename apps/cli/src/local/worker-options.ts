import { Failure } from "@slipway/core";
import { readCommandWords } from "./command-words.ts";

/** A process of the same image that nobody sends requests to. */
export interface Worker {
  /** Key of its service. */
  readonly key: string;
  readonly command: readonly string[];
}

/** Key of the service that requests go to. */
export const webKey = "web";

/** `NAME=COMMAND`, or a command alone, whose service is called `worker`. */
export function readWorkers(texts: readonly string[]): readonly Worker[] {
  const workers: Worker[] = [];
  for (const text of texts) {
    const [, name, rest] = /^\s*([A-Za-z0-9_.-]+)=(.*)$/s.exec(text) ?? [];
    const isNamed = name !== undefined && rest !== undefined && /^[a-z]/.test(name);
    const [key, command] = isNamed ? [name, rest] : ["worker", text];
    checkKey(key, text);
    if (workers.some((each) => each.key === key)) {
      throw new Failure(
        `--worker (${text}) must have a name of its own, and there is a ${key}`,
        `write for example --worker "beat=${command.trim()}"`,
      );
    }
    workers.push({ key, command: readCommandWords("--worker", command) });
  }
  return workers;
}

function checkKey(key: string, text: string): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(key) || key.length > 20) {
    throw new Failure(
      `--worker (${text}) must be named with at most 20 lower-case letters, digits and hyphens, a letter first`,
      'write for example --worker "beat=celery -A shop beat"',
    );
  }
  if (key === webKey) {
    throw new Failure(
      `--worker (${text}) must not be named ${webKey}, as the service with the load balancer is`,
      "choose another name",
    );
  }
}

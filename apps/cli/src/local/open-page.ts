import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "@slipway/core";
import { type Address, requestApp } from "./app-probe.ts";

/** A page that somebody has open while versions change. */
export interface OpenPage {
  /** Paths of its static files. */
  readonly files: readonly string[];
  /** Asks for each of them once more, and says how often all were asked for and which were missing, with the answer. */
  close(): Promise<{ readonly asked: number; readonly missing: readonly string[] }>;
}

const pauseMs = 200;

/** Opens `/` of an app and keeps asking for the static files that it names at `siteUrl`, which the same port serves by its name. */
export async function openPage(app: Address, siteUrl: string): Promise<OpenPage> {
  const { body } = await requestApp(app, "/");
  const named = [...body.matchAll(/\b(?:href|src)="([^"]+)"/g)].map(([, address = ""]) => address);
  const files = [...new Set(named.filter((address) => address.startsWith(siteUrl)))].map(
    (each) => new URL(each).pathname,
  );
  if (files.length === 0) {
    throw new Failure(
      `the page of ${app.host} must name static files at ${siteUrl}, and names ${named.join(", ") || "none"}`,
      'give the service `STATIC_URL: "{static-site}"` in apps/infra/src/environments.ts',
    );
  }
  const site = { ...app, host: new URL(siteUrl).hostname };
  const missing: string[] = [];
  let asked = 0;
  const askForAll = async () => {
    for (const path of files) {
      asked += 1;
      const problem = await requestApp(site, path).then(
        ({ status }) => (status === 200 ? undefined : String(status)),
        (error: Error) => error.message,
      );
      if (problem !== undefined) missing.push(`${path} (${problem})`);
    }
  };
  const over = new AbortController();
  const asking = (async () => {
    while (!over.signal.aborted) {
      await askForAll();
      await sleep(pauseMs, undefined, { signal: over.signal }).catch(() => undefined);
    }
  })();
  return {
    files,
    async close() {
      over.abort();
      await asking;
      await askForAll();
      return { asked, missing };
    },
  };
}

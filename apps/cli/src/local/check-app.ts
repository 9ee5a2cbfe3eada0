import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "@slipway/core";
import { type Answer, askApp } from "./app-probe.ts";
import { awsReads } from "./aws-reads.ts";
import type { Target } from "./release.ts";

/** Text of the own app's page that no error page has. */
const pageMark = /<h1[^>]*>[^<]+<\/h1>/;

/** Asks the app through the load balancer and demands that it is this digest that answers; returns what was seen in a few words. */
export async function checkApp(target: Target, digest: string): Promise<string> {
  const { delivery, facts } = target;
  const { app, port } = delivery;
  const address = { port, host: facts.loadBalancerHost };
  const ask = (path: string) => retried(() => askApp(address, path));
  const path = app.own ? "/" : app.healthPath;
  const page = await ask(path);
  if (page.status < 200 || page.status >= 400 || (app.own && !pageMark.test(page.body))) {
    throw new Failure(`GET ${path} through the load balancer must answer with the app's page, not ${describe(page)}.`);
  }
  const running = await awsReads(delivery.variables).runningDigests(facts.cluster, facts.service, facts.containerName);
  const told = app.own ? [(JSON.parse((await ask("/version")).body) as { digest: string }).digest] : [];
  const wrong = [...running, ...told].filter((other) => other !== digest);
  if (wrong.length > 0 || running.length === 0) {
    throw new Failure(`the running version must be ${short(digest)}, not ${wrong.map(short).join(", ") || "none"}.`);
  }
  return `${path} → ${page.status}, ${app.own ? "/version" : "ECS"} says ${short(digest)}`;
}

export const short = (digest: string) => digest.slice(0, 19);

function describe({ status, body }: Answer): string {
  const text = body
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 120);
  return text === "" ? String(status) : `${status} (${text})`;
}

// A connection that the load balancer closes under a request says nothing about the app.
async function retried(ask: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === 3) throw error;
      await sleep(200);
    }
  }
}

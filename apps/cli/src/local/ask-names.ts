import { Failure } from "@slipway/core";
import type { Outputs } from "@slipway/terraform";
import { type Address, type AppResponse, requestApp } from "./app-probe.ts";
import type { Delivery, ServiceFacts } from "./delivery.ts";

/**
 * Asks what our own app has beside its services, as browsers do: HTTP is led to HTTPS, the page's style sheet comes from the distribution,
 * the API's functions answer. Does nothing where the app has no names.
 */
export async function askNames(
  { app, reporter }: Pick<Delivery, "app" | "reporter">,
  services: readonly ServiceFacts[],
  outputs: Readonly<Record<string, Outputs>>,
): Promise<void> {
  const page = services.find(({ requests }) => requests?.getsRoot === true)?.requests?.address;
  if (!app.own || page?.authority === undefined) return;
  const at = (url: unknown): Address => ({ ...page, host: new URL(String(url)).hostname });
  await reporter.step("Ask the names", async (step) => {
    const asked = [await ledToHttps(page)];
    if (outputs["static-site"] !== undefined) asked.push(await styleSheet(page, at(outputs["static-site"].static_url)));
    if (outputs["http-api"] !== undefined) asked.push(await functions(at(outputs["http-api"].api_url)));
    step.result(asked.join(", "));
  });
}

/** Host, path and query stay as they were asked for, and the app says that it is HTTPS from now on. */
async function ledToHttps({ host: name, port }: Address): Promise<string> {
  const host = `${name}:${port}`;
  const path = "/a%20b?c=d";
  const { status, headers } = await requestApp({ host, port }, path);
  const expected = `https://${host}${path}`;
  if (status !== 301 || headers.location !== expected) {
    throw new Failure(`http://${host}${path} must lead to ${expected}, not ${status} ${headers.location ?? ""}.`);
  }
  return "HTTP is led to HTTPS";
}

async function styleSheet(page: Address, site: Address): Promise<string> {
  const { body, headers } = await requestApp(page, "/");
  if (headers["strict-transport-security"] === undefined)
    throw new Failure(`https://${page.host}/ must come with Strict-Transport-Security.`);
  const href = /<link rel="stylesheet" href="([^"]+)"/.exec(body)?.[1] ?? "";
  if (!href.startsWith(`https://${site.host}:${site.port}/`))
    throw new Failure(
      `the page must name its style sheet at https://${site.host}:${site.port}/, not ${href || "none"}.`,
    );
  const { pathname } = new URL(href);
  const found = await requestApp(site, pathname);
  expectAnswer(found, `https://${site.host}${pathname}`, ({ headers: { "content-type": type = "" } }) =>
    /^text\/css/.test(type),
  );
  return `the style sheet comes from CloudFront (${String(found.headers["x-cache"] ?? "no X-Cache")})`;
}

async function functions(api: Address): Promise<string> {
  const hello = await requestApp(api, "/hello/you");
  expectAnswer(hello, `https://${api.host}/hello/you`, ({ body }) => JSON.parse(body).hello === "you");
  const sum = await requestApp(api, "/sums", { body: JSON.stringify({ numbers: [1, 2] }) });
  expectAnswer(sum, `https://${api.host}/sums`, ({ body }) => JSON.parse(body).sum === 3);
  return "both functions answer";
}

function expectAnswer(response: AppResponse, url: string, isRight: (response: AppResponse) => boolean): void {
  if (response.status === 200 && isRight(response)) return;
  throw new Failure(`${url} must answer as it was deployed, not ${response.status} ${response.body.slice(0, 120)}`);
}

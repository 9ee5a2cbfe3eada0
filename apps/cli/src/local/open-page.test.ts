import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { openPage } from "./open-page.ts";

const site = "https://static.example.com/static/";
let server: Server;
let there: readonly string[];
let page: string;

beforeEach(async () => {
  there = ["/static/page.0123456789ab.css", "/static/icon.0123456789ab.svg"];
  page = `<link href="${site}page.0123456789ab.css"><img src="${site}icon.0123456789ab.svg"><a href="/other">`;
  server = createServer(({ headers: { host }, url = "" }, response) => {
    if (host === "www.example.com" && url === "/") return response.end(page);
    return response.writeHead(host === "static.example.com" && there.includes(url) ? 200 : 403).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});
afterEach(() => server.close());

const address = () => ({ host: "www.example.com", port: (server.address() as AddressInfo).port });

test("the files that a page names are asked for as long as it is open, and once more", async () => {
  const opened = await openPage(address(), site);
  expect(opened.files).toEqual(there);
  await sleep(300);
  const { asked, missing } = await opened.close();
  expect([asked >= 4, missing]).toEqual([true, []]);
});

test("a file that goes while the page is open is named with its answer", async () => {
  const opened = await openPage(address(), site);
  there = there.slice(0, 1);
  expect((await opened.close()).missing).toContain("/static/icon.0123456789ab.svg (403)");
});

test("a page that names no file of the site says what to set", async () => {
  page = '<link href="/static/page.css">';
  await expect(openPage(address(), site)).rejects.toThrow(
    `the page of www.example.com must name static files at ${site}, and names /static/page.css; give the service \`STATIC_URL`,
  );
});

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { readEdge, urlAtDoor } from "./edge.ts";

let server: Server;
afterEach(() => server?.close());

async function answering(status: number, body: string): Promise<{ endpoint: string; asked: string[] }> {
  const asked: string[] = [];
  server = createServer((request, response) => {
    asked.push(String(request.url));
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const open = {
  resolver: "127.17.214.1:53",
  https: "https://127.17.214.1/dns-query",
  registrar: "/home/registrar.json",
  authority: "/home/root.pem",
  door: "127.0.0.1:4567",
  ports: { "443": 8443 },
};

test("what the local AWS tells of its edge is read", async () => {
  const { endpoint, asked } = await answering(200, JSON.stringify(open));
  const edge = await readEdge({ endpoint });
  expect(asked).toEqual(["/_slipway/dns"]);
  expect(edge).toEqual({
    resolver: "127.17.214.1:53",
    dnsOverHttps: "https://127.17.214.1/dns-query",
    registrarFile: "/home/registrar.json",
    authorityFile: "/home/root.pem",
    door: "127.0.0.1:4567",
    ports: { 443: 8443 },
  });
  expect(urlAtDoor(edge, "www.shop.localhost")).toBe("https://www.shop.localhost:4567");
});

test("before there are zones and load balancers only the registrar's file is known", async () => {
  const closed = { ...open, resolver: null, https: null, authority: null, door: null, ports: {} };
  const { endpoint } = await answering(200, JSON.stringify(closed));
  const edge = await readEdge({ endpoint });
  expect(edge).toEqual({ registrarFile: "/home/registrar.json", ports: {} });
  expect(urlAtDoor(edge, "www.shop.localhost")).toBeUndefined();
});

test.each([
  [404, "<Error>NoSuchBucket</Error>"],
  [200, "<ListAllMyBucketsResult/>"],
  [200, "{}"],
])("without its edge (%s %s) it is one sentence", async (status, body) => {
  const { endpoint } = await answering(status, body);
  await expect(readEdge({ endpoint })).rejects.toThrow(
    `the local AWS (${endpoint}/_slipway/dns) must tell where it answers DNS; it said: ${status} ${body}; start it without \`edge\` in SLIPWAY_OFF.`,
  );
});

test("a local AWS that has ended is one sentence", async () => {
  const { endpoint } = await answering(200, "");
  await new Promise((resolve) => server.close(resolve));
  await expect(readEdge({ endpoint })).rejects.toThrow(/must answer; it said: .*; run `npm start` again\.$/);
});

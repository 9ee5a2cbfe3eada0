import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { isPortFree, portOwner } from "./port-owner.ts";

test("a port that is listened on is not free and has its owner's name and process id", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  expect(await isPortFree(port)).toBe(false);
  expect(portOwner(port)).toContain(`(process ${process.pid})`);
  server.close();
  await once(server, "close");
  expect(await isPortFree(port)).toBe(true);
  expect(portOwner(port)).toBe("another process");
});

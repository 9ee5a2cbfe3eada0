import { ask, NoReply } from "./ask.ts";
import { serverOf } from "./dns.ts";
import { dnsWorld, record, resolverAddress } from "./testing/dns-world.ts";

const onLinux = process.platform === "linux" ? test : test.skip;

onLinux("an answer that does not fit into a packet is asked for again over TCP", async () => {
  const text = Array.from({ length: 12 }, (_, index) => record("a.example", "TXT", [`${index}`.padEnd(60, "x")]));
  const root = "127.0.53.2";
  const { port, questions, close } = await dnsWorld({ [root]: [{ origin: "", records: text }] }, {});
  try {
    const reply = await ask({ address: root, port }, { name: "a.example", type: "TXT", recursive: false });
    expect(reply).toMatchObject({ code: "NOERROR", authoritative: true });
    expect(reply.answers).toHaveLength(12);
    expect(questions).toEqual([`${root} TXT a.example`, `${root} TXT a.example`]);
    const none = await ask({ address: resolverAddress, port }, { name: "b.example", type: "A", recursive: true });
    expect(none.code).toBe("NXDOMAIN");
  } finally {
    await close();
  }
});

test("where nobody listens, that is said", async () => {
  const asked = ask({ address: "127.0.0.1", port: 9 }, { name: "example.com", type: "NS", recursive: false });
  await expect(asked).rejects.toThrow(NoReply);
});

test.each([
  ["192.0.2.1", "192.0.2.1", 53],
  ["192.0.2.1:8053", "192.0.2.1", 8053],
  ["2001:db8::1", "2001:db8::1", 53],
  ["[2001:db8::1]:8053", "2001:db8::1", 8053],
])("the server %s", (text, address, port) => {
  expect(serverOf(text)).toEqual({ address, port });
});

import asyncio
import unittest

from ..ecs import proxy, targets


class FakeTarget:
    def __init__(self, port, state="healthy"):
        self.endpoint, self.in_flight = ("127.0.0.1", port), 0
        self.health = type("Health", (), {"state": state})()

    request = targets.Target.request


class DataPlane(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.seen = []
        self.server = await asyncio.start_server(self.answer, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        self.addAsyncCleanup(self.close)
        closed = await asyncio.start_server(self.answer, "127.0.0.1", 0)
        self.closed_port = closed.sockets[0].getsockname()[1]
        closed.close()
        await closed.wait_closed()
        self.group = []
        before = targets.of
        targets.of = lambda _group: self.group
        self.addCleanup(setattr, targets, "of", before)

    async def close(self):
        self.server.close()

    async def answer(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.seen.append(head)
        if "GET /gone" in head:
            writer.close()
            return
        if "GET /stream" in head:
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n")
        else:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\nok")
        await writer.drain()
        writer.close()

    async def request(self, path="/", method="GET"):
        return await proxy.forward("arn", method, path, {"host": "app", "connection": "keep-alive"}, b"")

    async def test_a_healthy_target_answers_and_repeated_headers_stay(self):
        self.group = [FakeTarget(self.port)]
        status, headers, body = await self.request("/a?b=c")
        self.assertEqual((200, b"ok", ["a=1", "b=2"]), (status, body, headers["set-cookie"]))
        self.assertTrue(self.seen[0].startswith("GET /a?b=c HTTP/1.1"))
        self.assertNotIn("keep-alive", self.seen[0])
        self.assertEqual(0, self.group[0].in_flight)

    async def test_without_targets_or_with_starting_ones_only_it_is_unavailable(self):
        self.assertEqual(503, (await self.request())[0])
        self.group = [FakeTarget(self.port, "initial"), FakeTarget(self.port, "draining")]
        self.assertEqual(503, (await self.request())[0])

    async def test_a_healthy_target_is_preferred_and_all_unhealthy_fails_open(self):
        self.group = [FakeTarget(self.closed_port, "unhealthy"), FakeTarget(self.port, "healthy")]
        self.assertEqual([200, 200], [(await self.request())[0] for _ in range(2)])
        self.group = [FakeTarget(self.port, "unhealthy")]
        self.assertEqual(200, (await self.request())[0])

    async def test_another_target_is_asked_when_a_connection_cannot_be_opened(self):
        self.group = [FakeTarget(self.closed_port), FakeTarget(self.port)]
        self.assertEqual([200, 200], [(await self.request())[0] for _ in range(2)])
        self.group = [FakeTarget(self.closed_port)]
        self.assertEqual(502, (await self.request())[0])

    async def test_a_request_that_was_sent_is_never_sent_twice(self):
        self.group = [FakeTarget(self.port), FakeTarget(self.port)]
        self.assertEqual(502, (await self.request("/gone", "GET"))[0])
        self.assertEqual(1, len(self.seen))

    async def test_a_streamed_answer_is_in_flight_until_its_end(self):
        self.group = [FakeTarget(self.port)]
        status, _, body = await self.request("/stream")
        self.assertEqual((200, 1), (status, self.group[0].in_flight))
        sent = []

        async def send(message):
            sent.append(message)

        await body.runner(send, None)
        self.assertEqual(b"abcd", b"".join(m["body"] for m in sent))
        self.assertFalse(sent[-1]["more_body"])
        self.assertEqual(0, self.group[0].in_flight)

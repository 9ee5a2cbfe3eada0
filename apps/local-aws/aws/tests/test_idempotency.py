import asyncio
import unittest

from aws.idempotency import IdempotentCalls


class Gateway:
    """Counts what reaches it, and closes the connection of chosen requests."""

    def __init__(self, status=200):
        self.calls, self.status = 0, status

    async def __call__(self, scope, receive, send):
        self.calls += 1
        await asyncio.sleep(0.01)
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": b"made %d" % self.calls})


def request(invocation, method="POST"):
    return {"type": "http", "method": method, "headers": [(b"amz-sdk-invocation-id", invocation)]}


async def receive():
    return {"type": "http.request", "body": b"", "more_body": False}


async def call(app, scope):
    sent = []

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    return sent[-1]["body"]


class Idempotency(unittest.TestCase):
    def test_a_call_that_is_sent_again_is_carried_out_once(self):
        gateway = Gateway()

        async def twice():
            app = IdempotentCalls(gateway)
            return await asyncio.gather(call(app, request(b"a")), call(app, request(b"a"))), await call(app, request(b"a"))

        self.assertEqual(asyncio.run(twice()), ([b"made 1", b"made 1"], b"made 1"))
        self.assertEqual(gateway.calls, 1)

    def test_other_calls_and_reads_are_carried_out(self):
        gateway = Gateway()

        async def several():
            app = IdempotentCalls(gateway)
            for scope in (request(b"a"), request(b"b"), request(b"b", "GET"), request(b"b", "GET")):
                await call(app, scope)

        asyncio.run(several())
        self.assertEqual(gateway.calls, 4)

    def test_a_call_that_failed_is_carried_out_again(self):
        gateway = Gateway(status=500)

        async def twice():
            app = IdempotentCalls(gateway)
            await call(app, request(b"a"))
            await call(app, request(b"a"))

        asyncio.run(twice())
        self.assertEqual(gateway.calls, 2)

    def test_an_answer_that_never_arrived_is_there_for_the_next_attempt(self):
        gateway = Gateway()

        async def closed(_message):
            raise ConnectionResetError

        async def lost_then_again():
            app = IdempotentCalls(gateway)
            with self.assertRaises(ConnectionResetError):
                await app(request(b"a"), receive, closed)
            return await call(app, request(b"a"))

        self.assertEqual(asyncio.run(lost_then_again()), b"made 1")
        self.assertEqual(gateway.calls, 1)

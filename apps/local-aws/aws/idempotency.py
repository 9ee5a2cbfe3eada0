"""Answers a request that an SDK retries with the first attempt's response.

SDKs send the same `amz-sdk-invocation-id` with every attempt. Without this, a create whose response was lost is executed twice: it
fails with "already exists", or makes a second object that no Terraform state knows."""
import asyncio
import collections
import logging

log = logging.getLogger("slipway")

KEPT = 2000
LARGEST = 1_000_000


class IdempotentCalls:
    def __init__(self, app):
        self.app = app
        self.answers = collections.OrderedDict()

    async def __call__(self, scope, receive, send):
        call = _call(scope)
        if call is None:
            return await self.app(scope, receive, send)
        answer = self.answers.get(call)
        if answer is None:
            return await self._first(call, scope, receive, send)
        messages = await asyncio.shield(answer)
        if messages is None:
            return await self.app(scope, receive, send)
        while (await receive()).get("more_body"):
            pass
        log.info("%s was sent again: it gets its first answer", call)
        for message in messages:
            await send(message)

    async def _first(self, call, scope, receive, send):
        answer = self.answers[call] = asyncio.get_running_loop().create_future()
        while len(self.answers) > KEPT:
            self.answers.popitem(last=False)
        messages, lost = [], []

        async def keep(message):
            messages.append(message)
            try:
                await send(message)
            except OSError as error:
                lost.append(error)

        try:
            await self.app(scope, receive, keep)
        finally:
            # Failures may be retried, and large responses are not kept.
            good = bool(messages) and messages[0].get("status", 500) < 500 and _whole(messages)
            if not good:
                self.answers.pop(call, None)
            answer.set_result(messages if good else None)
        if lost:
            raise lost[0]


def _call(scope):
    if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
        return None
    return next((value.decode() for name, value in scope["headers"] if name == b"amz-sdk-invocation-id"), None)


def _whole(messages):
    bodies = messages[1:]
    size = sum(len(message.get("body", b"")) for message in bodies)
    return bool(bodies) and not bodies[-1].get("more_body", False) and size <= LARGEST

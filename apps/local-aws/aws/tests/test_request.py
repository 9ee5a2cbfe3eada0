import asyncio
import unittest

from .. import upstream
from ..edge import request


def scope(**more):
    given = {"method": "GET", "path": "/a b", "raw_path": b"/a%20b", "query_string": b"q=%20&q=2", "scheme": "https", "headers": []}
    return {**given, "client": ("127.0.0.1", 40000), **more}


def read(messages, port=443, outside=None, **more):
    async def receive():
        return messages.pop(0)

    return asyncio.run(request.read(scope(**more), receive, port, outside or {}))


def answered(method, *response):
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(request.answer(send, None, method, response))
    return sent[0]["status"], sorted(line for line in sent[0]["headers"] if line[0] != b"date"), sent[1]["body"]


END = {"type": "http.request", "body": b"", "more_body": False}


class Read(unittest.TestCase):
    def test_path_and_query_are_kept_as_the_client_wrote_them(self):
        found = read([END])
        self.assertEqual(("/a b", "/a%20b", "q=%20&q=2"), (found.path, found.raw_path, found.query))
        self.assertEqual({"q": [" ", "2"]}, found.params)
        self.assertEqual(("127.0.0.1", True, 443), (found.client, found.secure, found.port))

    def test_a_body_in_pieces_is_whole_and_a_client_that_goes_is_no_request(self):
        pieces = [{"type": "http.request", "body": each, "more_body": True} for each in (b"one", b"two")]
        self.assertEqual(b"onetwo", read([*pieces, END]).body)
        self.assertIsNone(read([*pieces, {"type": "http.disconnect"}]))

    def test_lines_of_one_name_are_joined(self):
        lines = [(b"Cookie", b"a=1"), (b"cookie", b"b=2"), (b"accept", b"text/html"), (b"Accept", b"*/*")]
        lines += [(b"x", "ä".encode()), (b"y", b"\xe4")]
        found = read([END], headers=lines).headers
        self.assertEqual({"cookie": "a=1; b=2", "accept": "text/html, */*", "x": "ä", "y": "ä"}, found)

    def test_the_authority_has_the_port_at_which_the_client_reaches_the_front(self):
        for host, outside, port, authority in (
            ("WWW.example.com", {}, 443, "www.example.com"),
            ("www.example.com:80", {}, 443, "www.example.com"),
            ("www.example.com:8080", {80: 8080, 443: 8443}, 443, "www.example.com:8443"),
            ("www.example.com:4567", {443: 4567}, 443, "www.example.com:4567"),
            ("www.example.com", {443: 4567}, 443, "www.example.com"),
            ("www.example.com", {}, 8000, "www.example.com:8000"),
        ):
            self.assertEqual(authority, read([END], outside=outside, headers=[(b"host", host.encode())]).authority(port), host)


class Answer(unittest.TestCase):
    def test_each_value_is_a_line_and_what_belongs_to_the_connection_is_left_out(self):
        fields = {"Set-Cookie": ["a=1", "b=2"], "Connection": "close", "Transfer-Encoding": "chunked", "Content-Length": "99"}
        lines = [(b"content-length", b"4"), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]
        self.assertEqual((200, lines, b"text"), answered("GET", 200, fields, "text"))

    def test_head_keeps_the_length_and_sends_no_body(self):
        self.assertEqual((200, [(b"content-length", b"99")], b""), answered("HEAD", 200, {"Content-Length": "99"}, b"body"))
        self.assertEqual((304, [], b""), answered("GET", 304, {}, b""))

    def test_a_streamed_body_is_sent_by_its_own_runner(self):
        async def runner(send, _receive):
            await send({"type": "http.response.body", "body": b"streamed", "more_body": False})

        self.assertEqual((200, [], b"streamed"), answered("GET", 200, {}, upstream.StreamingResponse(runner)))

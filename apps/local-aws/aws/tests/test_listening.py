import unittest

from ..ecs import listening

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
REST = "00000000:0000 {} 00000000:00000000 00:00000000 00000000     0        0 1 1 0000000000000000 100 0 0 10 0"


def table(*sockets):
    return HEAD + "".join(f"   {i}: {local} {REST.format(state)}\n" for i, (local, state) in enumerate(sockets))


def said(*sockets, port=8000):
    return listening.sentence(listening.parse(table(*((each, "0A") for each in sockets))), port)


class Listening(unittest.TestCase):
    def test_the_kernels_words_become_addresses(self):
        ipv6 = "00000000000000000000000000000000:1F90"
        found = listening.parse(table(("0100007F:1F40", "0A"), ("00000000:0050", "0A")) + table((ipv6, "0A")))
        self.assertEqual(
            [("0.0.0.0", 80), ("127.0.0.1", 8000), ("::", 8080)], [(str(address), port) for address, port in found]
        )

    def test_only_listening_sockets_count_and_not_dockers_name_server(self):
        self.assertEqual([], listening.parse(table(("0100007F:1F40", "01"), ("0B00007F:A1B2", "0A"))))

    def test_loopback_is_the_usual_mistake(self):
        expected = "the container listens on 127.0.0.1:8000, which only itself reaches: bind to 0.0.0.0:8000"
        self.assertEqual(expected, said("0100007F:1F40"))
        self.assertIn("on [::1]:8000, which only itself", said("00000000000000000000000001000000:1F40"))

    def test_another_port_is_named(self):
        self.assertEqual("the container listens on 0.0.0.0:5000, and port 8000 is asked", said("00000000:1388"))
        self.assertEqual(
            "the container listens on 127.0.0.1:5000, 0.0.0.0:9000, and port 8000 is asked",
            said("00000000:2328", "0100007F:1388"),
        )

    def test_nothing_listens(self):
        self.assertEqual("nothing in the container listens, and port 8000 is asked", said())

    def test_who_could_be_reached_is_no_reason(self):
        self.assertEqual("", said("00000000:1F40"))
        self.assertEqual("", said("0100007F:1F40", "050011AC:1F40"))
        self.assertEqual("", said("00000000000000000000000000000000:1F40"))
        self.assertEqual("", said("0000000000000000FFFF000000000000:1F40"))

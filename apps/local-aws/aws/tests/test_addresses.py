import json

from ..edge import addresses, fronts
from ..probes.client import query
from .edge_fixture import OTHER, EdgeCase


def of(front, living=set):
    return addresses.of(front, living)


class Addresses(EdgeCase):
    def test_each_front_has_one_of_the_instances_network_and_keeps_it(self):
        self.assertEqual(["127.17.214.2", "127.17.214.3", "127.17.214.2"], [of("a"), of("b"), of("a")])
        addresses._read = (None, {})
        self.assertEqual(["127.17.214.4", "127.17.214.3"], [of("c"), of("b")], "read from the file after a restart")

    def test_an_address_is_given_again_only_when_all_were_given(self):
        for number in range(addresses.FIRST, addresses.LAST + 1):
            of(f"front {number}")
        with self.assertRaisesRegex(OSError, "one more must have an address of its own; 127.17.214.0/24 has no more"):
            of("one more", lambda: {f"front {number}" for number in range(256)})
        living = {f"front {number}" for number in range(256) if number != 77}
        self.assertEqual("127.17.214.77", of("one more", lambda: living))
        self.assertEqual("127.17.214.76", of("front 76"))

    def test_a_file_that_cannot_be_read_is_written_anew(self):
        self.state.joinpath("edge").mkdir()
        self.state.joinpath("edge/addresses.json").write_text("{")
        self.assertEqual("127.17.214.2", of("a"))
        self.assertEqual({"a": 2}, json.loads(self.state.joinpath("edge/addresses.json").read_text()))

    def test_load_balancers_of_two_accounts_and_one_name_have_two(self):
        query("elasticloadbalancing", "CreateLoadBalancer", Name="web")
        with self.account(OTHER):
            query("elasticloadbalancing", "CreateLoadBalancer", Name="web")
        found = [(front.account, front.address) for front in fronts._balancers()]
        self.assertEqual(2, len(dict(found)))
        self.assertEqual({"127.17.214.2", "127.17.214.3"}, {address for _account, address in found})

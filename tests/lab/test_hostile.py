"""The hostile world: every kind has its server, each server sends what its kind promises, the same
seed gives the same, and the judge of its survey sees what is wrong."""

import os
import struct
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "..", "scripts"))

import hostile_survey  # noqa: E402
from labworld import client, dns, hostile, hostileplays  # noqa: E402

KINDS = len(hostile.OUTCOMES)
OPERATORS = [("ns1.skydesk-dns.com", "185.49.10.53")]


def sites(count=2 * KINDS, seed="1"):
    return hostile.plan(count, seed, ["com", "org"], ["healthy.com", "well.org"], OPERATORS)


def site_of(kind):
    return next(site for site in sites() if site.kind == kind)


def query(name, rtype="CAA", number=0x1234):
    head = struct.pack(">6H", number, 0, 1, 0, 0, 1)
    return head + dns.wire_name(name) + struct.pack(">HH", dns.TYPES[rtype], 1) + client.OPT


def played(kind, tcp=False, rtype="CAA"):
    site = site_of(kind)
    return hostileplays.reply_to(hostileplays.Host(site), query(site.name, rtype), tcp)


class Plan(unittest.TestCase):
    def test_every_kind_has_its_turn_and_its_play(self):
        self.assertEqual([site.kind for site in sites(KINDS)], list(hostile.OUTCOMES))
        self.assertEqual(hostileplays.PLAYS.keys(), hostile.OUTCOMES.keys())

    def test_equal_seeds_give_equal_sites_others_do_not(self):
        self.assertEqual(sites(), sites())
        self.assertNotEqual(sites(), sites(seed="2"))

    def test_zones_names_and_addresses_are_of_one_site_each(self):
        made = sites(600)
        for values in ([s.zone for s in made], [s.name for s in made], [s.address for s in made]):
            self.assertEqual(len(set(values)), 600)

    def test_a_circle_comes_back_after_all_its_zones(self):
        start = site = site_of("cname_loop")
        zones = {other.zone: other for other in sites() if other.kind == site.kind}
        for _ in zones:
            site = zones[hostile.following(site, 0)]
        self.assertEqual(site, start)


class Plays(unittest.TestCase):
    def test_all_can_be_asked_anything_and_send_what_can_be_sent(self):
        for site in sites():
            host = hostileplays.Host(site)
            for name in (site.name, site.zone, f"ns1.{site.zone}", f"x.y.{site.zone}"):
                for rtype in ("CAA", "A", "AAAA", "SOA"):
                    for tcp in (False, True):
                        for sent in hostileplays.reply_to(host, query(name, rtype), tcp):
                            self.assertLessEqual(len(sent.octets), 65537, site.kind)

    def test_equal_queries_get_equal_replies(self):
        for kind in hostile.OUTCOMES:
            self.assertEqual(played(kind), played(kind), kind)

    def test_no_query_is_no_turn(self):
        for octets in (b"", b"\0" * 11, query("x.example")[:20]):
            with self.assertRaises(ValueError):
                hostileplays.reply_to(hostileplays.Host(site_of("honest")), octets, False)

    def test_much_comes_by_tcp_and_fills_a_message(self):
        for kind in ("many_caa", "one_large_caa", "many_bad_caa", "thousands_of_ns", "cname_flood"):
            self.assertTrue(client.decode(played(kind)[0].octets).truncated, kind)
            (whole,) = played(kind, tcp=True)
            self.assertGreater(len(whole.octets), 55000, kind)
            length = int.from_bytes(whole.octets[:2], "big")
            self.assertEqual(len(whole.octets), 2 + length, kind)

    def test_many_means_thousands(self):
        for kind, least in (("many_caa", 1500), ("many_bad_caa", 3000)):
            reply = client.decode(played(kind, tcp=True)[0].octets[2:])
            self.assertGreater(len(reply.answer), least)

    def test_the_longest_name_has_255_octets(self):
        reply = client.decode(played("longest_names")[0].octets)
        self.assertEqual(len(dns.wire_name(reply.answer[0][2])), 255)

    def test_wrong_ids_come_first_and_are_wrong(self):
        sent = played("wrong_ids")
        self.assertGreater(len(sent), 90)
        self.assertEqual([s.octets[:2] == b"\x12\x34" for s in sent[-2:]], [False, True])
        self.assertNotIn(b"\x12\x34", [s.octets[:2] for s in played("wrong_ids_only")])

    def test_a_drip_is_an_octet_every_200_ms(self):
        sent = played("tcp_drip", tcp=True)
        self.assertEqual({len(s.octets) for s in sent}, {1})
        self.assertAlmostEqual(sent[9].after, 2.0)

    def test_lies_lead_to_the_stranger(self):
        stranger = dns.wire_rdata("A", hostile.STRANGER)
        for kind in ("poison_additional", "poison_authority", "poison_glue", "sideways_referral"):
            self.assertIn(stranger, played(kind)[0].octets, kind)
        self.assertIn(hostile.FORGED, hostileplays.lie(query("healthy.com")))
        self.assertIn(stranger, hostileplays.lie(query("healthy.com", "A")))


def record(**changes):
    own = dict(flags=0, tag="issue", value="hostile.example", rdata_error=None, rdata=None)
    name = site_of("honest").name
    return {**dict(outcome="found", error_class=None, found_at=name, caa=[own], queries=2,
                   levels=[{}], control=[]), **changes}  # fmt: skip


class Judge(unittest.TestCase):
    def wrong(self, found, kind="honest"):
        judge = hostile_survey.Judge(show=0)
        hostile_survey.judge_hostile(judge, found, site_of(kind), {})
        return set(judge.wrong)

    def test_what_a_kind_allows_is_right(self):
        self.assertEqual(self.wrong(record()), set())
        lost = record(outcome="indeterminate", error_class="lame", caa=[], found_at=None)
        self.assertEqual(self.wrong(lost, "self_referral"), set())

    def test_another_end_is_wrong(self):
        other = dict(record()["caa"][0], value="other.example")
        self.assertEqual(self.wrong(record(caa=[other])), {"outcome"})
        self.assertEqual(self.wrong(record(found_at="com")), {"outcome"})
        self.assertEqual(self.wrong(record(), "self_referral"), {"outcome"})

    def test_too_many_queries_are_wrong(self):
        self.assertEqual(self.wrong(record(queries=hostile_survey.sends_bound())), set())
        self.assertEqual(self.wrong(record(queries=hostile_survey.sends_bound() + 1)), {"queries"})


if __name__ == "__main__":
    unittest.main()

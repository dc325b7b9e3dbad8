"""The fault server's parts: what an authority answers, what a broken one sends instead, and that
the comparison of scenarios sees every way to be wrong."""

import copy
import json
import os
import struct
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "..", "scripts"))

import scenario_records  # noqa: E402
from labworld import authority, client, dns, faults, message, onlinesigner  # noqa: E402
from labworld.model import Zone  # noqa: E402

OWN = '0 issue "own.example"'


def zone_of(*records):
    described = [dict(name=name, type=rtype, rdata=text) for name, rtype, text in records]
    zone = faults.make_zone(dict(origin="example.org.", records=described))
    zone.add("example.org", "NS", "ns1.example.org")
    return zone


def small_zone():
    return zone_of(
        ("www.example.org.", "CAA", OWN), ("alias.example.org.", "CNAME", "WWW.example.org."),
        ("away.example.org.", "CNAME", "www.example.net."),
        ("b.deep.example.org.", "A", "192.0.2.1"),
        ("*.wild.example.org.", "CAA", OWN), ("old.example.org.", "DNAME", "example.org."),
        ("far.example.org.", "DNAME", ".".join(["t" * 60] * 4) + "."),
        ("self.example.org.", "CNAME", "self.example.org."),
        ("sub.example.org.", "NS", "ns.sub.example.org."),
        ("ns.sub.example.org.", "A", "192.0.2.2"),
    )  # fmt: skip


class Authority(unittest.TestCase):
    def test_kinds_of_name(self):
        zone = small_zone()
        for name, rcode, answer, of_authority in (
            ("www", 0, ["CAA"], []),
            ("example", 0, [], ["SOA"]),
            ("deep", 0, [], ["SOA"]),
            ("none", 3, [], ["SOA"]),
            ("x.wild", 0, ["CAA"], []),
            ("alias", 0, ["CNAME", "CAA"], []),
            ("away", 0, ["CNAME"], []),
            ("www.old", 0, ["DNAME", "CNAME", "CAA"], []),
            ("none.old", 3, ["DNAME", "CNAME"], ["SOA"]),
            ("x" * 60 + ".far", 6, ["DNAME"], []),
            ("self", 0, ["CNAME"], []),
            ("a.sub", 0, [], ["NS"]),
        ):
            with self.subTest(name):
                qname = "example.org" if name == "example" else name + ".example.org"
                reply = authority.respond(zone, qname, "CAA")
                self.assertEqual(reply.rcode, rcode)
                self.assertEqual([rr[1] for rr in reply.answer], answer)
                self.assertEqual([rr[1] for rr in reply.authority], of_authority)
                self.assertEqual(reply.authoritative, name != "a.sub")

    def test_a_referral_has_glue_and_ds_is_the_parents(self):
        zone = small_zone()
        referral = authority.respond(zone, "sub.example.org", "CAA")
        self.assertEqual(referral.additional, [("ns.sub.example.org", "A", 3600, "192.0.2.2")])
        self.assertTrue(authority.respond(zone, "sub.example.org", "DS").authoritative)

    def test_a_name_of_another_zone_is_refused(self):
        self.assertEqual(authority.respond(small_zone(), "example.net", "CAA").rcode, 5)


def query_for(name, rtype="CAA", edns=True):
    octets = client.encode(name, rtype, recurse=False)
    return octets if edns else octets[:10] + b"\0\0" + octets[12:-11]


def play(behavior, name="www.example.org", tcp=False, edns=True, times=1):
    """The query, and the last of `times` replies to it."""
    behavior = dict(match=dict(name="www.example.org.", qtype="CAA"), **behavior)
    place = faults.Place("192.0.2.1", small_zone(), [behavior])
    query = query_for(name, edns=edns)
    for _ in range(times):
        octets = faults.reply_to(place, query, tcp)
    return query, octets


class Plays(unittest.TestCase):
    def reply(self, do, **how):
        extra = how.pop("extra", {})
        return client.decode(play(dict(do=do, **extra), **how)[1])

    def test_silence(self):
        self.assertIsNone(play(dict(do="drop"))[1])
        self.assertIsNone(play(dict(do="drop_first"))[1])
        self.assertEqual(len(self.reply("drop_first", times=2).answer), 1)

    def test_rcodes(self):
        self.assertEqual(self.reply("rcode", extra={"rcode": "NOTIMP"}).rcode, 4)
        octets = play(dict(do="rcode", rcode="BADVERS"))[1]
        self.assertEqual((octets[3] & 15, octets[-6]), (0, 1))
        self.assertEqual(self.reply("rcode", extra={"rcode": "REFUSED", "times": 1}).rcode, 5)
        again = self.reply("rcode", extra={"rcode": "REFUSED", "times": 1}, times=2)
        self.assertEqual(again.rcode, 0)
        for extra in ({}, {"no_opt": True}):
            octets = play(dict(do="rcode", rcode="SERVFAIL", **extra))[1]
            self.assertEqual(octets[11], 0 if extra else 1)

    def test_formerr_on_edns_alone(self):
        self.assertEqual(self.reply("formerr_on_edns").rcode, 1)
        self.assertEqual(self.reply("formerr_on_edns", edns=False).rcode, 0)

    def test_any_fault_may_be_of_edns_alone(self):
        extra = {"rcode": "NOTIMP", "only_edns": True}
        self.assertEqual(self.reply("rcode", extra=extra).rcode, 4)
        self.assertEqual(self.reply("rcode", extra=extra, edns=False).rcode, 0)

    def test_a_header_alone(self):
        query, octets = play(dict(do="bare", rcode="REFUSED"))
        self.assertEqual(octets, query[:2] + b"\x80\x05" + bytes(8))

    def test_the_right_reply_under_another_rcode(self):
        reply = self.reply("relabel", extra={"rcode": "NXDOMAIN"})
        self.assertEqual((reply.rcode, len(reply.answer)), (3, 1))

    def test_other_fields_of_header_and_opt(self):
        plain = play(dict(do="relabel"))[1]
        for extra, at, octet in (
            (dict(authoritative=False), 2, 0x80), (dict(recursive=True), 3, 0x80),
            (dict(opcode=4), 2, 0xA4), (dict(opts=2), 11, 2), (dict(edns_version=1), -5, 1),
        ):  # fmt: skip
            octets = play(dict(do="relabel", **extra))[1]
            self.assertEqual(octets[at], octet)
            self.assertNotEqual(plain[at], octet)

    def test_datagrams_that_should_not_be(self):
        whole = play(dict(do="relabel"))[1]
        tc = play(dict(do="tc_whole"))[1]
        self.assertEqual((tc[2], tc[3:]), (whole[2] | 2, whole[3:]))
        self.assertFalse(faults.Place("", None, [dict(do="tc_whole")]).takes_tcp())
        self.assertEqual(play(dict(do="untruncated"))[1][2:], whole[2:])

    def test_records_may_be_in_octets_and_in_the_authority_section(self):
        octets = dict(name="www.example.org.", type="CAA", rdata_hex="80", ttl=60)
        soa = dict(name="example.org.", type="SOA", rdata="a b 1 2 3 4 5")
        answer = dict(do="answer", rcode="NOERROR", answer=[octets], authority=[soa])
        reply = client.decode(play(answer)[1])
        self.assertEqual(reply.answer[0][1:], (257, b"\x80"))
        self.assertIn(b"\1\1\0\1\0\0\0\x3c\0\1\x80", play(answer)[1])
        self.assertIn(b"\0\x06\0\1\0\0\x0e\x10", play(answer)[1])

    def test_a_literal_referral_may_have_glue(self):
        said = dict(do="answer", answer=[], authority=[
            dict(name="sub.example.org.", type="NS", rdata="ns.sub.example.org.")])  # fmt: skip
        for extra, count in ({}, 0), ({"glue": True}, 1):
            self.assertEqual(play(said | extra)[1][11], 1 + count)

    def test_truncation(self):
        for do, udp, tcp in (("tc_tcp_ok", True, False), ("tc_always", True, True)):
            self.assertEqual(self.reply(do).truncated, udp)
            self.assertEqual(self.reply(do, tcp=True).truncated, tcp)
        places = [faults.Place("", None, [dict(do=do)]) for do in ("tc_no_tcp", "drop")]
        self.assertEqual([place.takes_tcp() for place in places], [False, True])

    def test_what_fits_no_datagram_is_truncated(self):
        zone = zone_of(*(("example.org.", "CAA", f'0 t{i} "value"') for i in range(100)))
        place = faults.Place("192.0.2.1", zone, [])
        udp, tcp = (client.decode(faults.reply_to(place, query_for("example.org"), tcp))
                    for tcp in (False, True))  # fmt: skip
        self.assertEqual((udp.truncated, len(udp.answer)), (True, 0))
        self.assertEqual((tcp.truncated, len(tcp.answer)), (False, 100))

    def test_messages_that_are_no_replies(self):
        query, octets = play(dict(do="wrong_id"))
        self.assertNotEqual(octets[:2], query[:2])
        query, octets = play(dict(do="qr0"))
        self.assertEqual((octets[:2], octets[2] & 0x80), (query[:2], 0))
        query, octets = play(dict(do="wrong_question"))
        self.assertNotIn(query[12:-11], octets)
        self.assertEqual(len(play(dict(do="garbage"))[1]), 14)

    def test_answers(self):
        self.assertEqual(self.reply("bad_rdata").answer[0][2], faults.OVERRUN_RDATA)
        rr = dict(name="www.example.org.", type="A", rdata="192.0.2.9")
        answer = self.reply("answer", extra={"rcode": "NXDOMAIN", "answer": [rr]})
        self.assertEqual((answer.rcode, answer.answer[0][2]), (3, bytes((192, 0, 2, 9))))
        behavior = dict(do="chain_cut", match=dict(name="alias.example.org.", qtype="any"))
        place = faults.Place("", small_zone(), [behavior])
        cut = client.decode(faults.reply_to(place, query_for("alias.example.org"), False))
        self.assertEqual([rr[1] for rr in cut.answer], [dns.TYPES["CNAME"]])

    def test_sections_and_aa(self):
        for do, authorities, aa in (
            ("lame_referral", 3, 0), ("self_referral", 1, 0), ("no_authority", 0, 0),
            ("not_authoritative", 0, 0), ("strip_authority", 0, 1),
        ):  # fmt: skip
            octets = play(dict(do=do))[1]
            self.assertEqual(struct.unpack_from(">H", octets, 8)[0], authorities, do)
            self.assertEqual(octets[2] >> 2 & 1, aa, do)

    def test_other_names_and_types_are_answered(self):
        octets = play(dict(do="drop"), "x.wild.example.org")[1]
        self.assertEqual(len(client.decode(octets).answer), 1)

    def test_every_play_is_tested_or_of_delegations(self):
        with open(__file__, encoding="utf-8") as file:
            text = file.read()
        self.assertEqual([do for do in faults.PLAYS if f'"{do}"' not in text], [])

    def test_what_is_no_query_gets_no_reply(self):
        place = faults.Place("", small_zone(), [])
        query = query_for("www.example.org")
        for octets in (b"", query[:11], query[:20], query[:2] + b"\x80" + query[3:],
                       query[:12] + b"\xc0\x0c" + query[14:]):  # fmt: skip
            with self.assertRaises(ValueError):
                faults.reply_to(place, octets, False)


def scenario(**more):
    made = dict(
        id="T1", type="resolution", behaviors=[], contested=False, dnssec="insecure",
        zones=[dict(origin="example.t1.", signed=False, records=[]),
               dict(origin="t1.", signed=False, records=[])],
        query=dict(input="www.example.t1", name="www.example.t1."),
        expect=dict(rfc8659=dict(
            outcome="found", found_at="example.t1.", depth=1, rrset_owner="example.t1.", chain=[],
            rrset=[dict(flags=0, tag="issue", value="a")],
            levels=[dict(name="www.example.t1.", outcome="nodata"),
                    dict(name="example.t1.", outcome="records")])),
    )  # fmt: skip
    return {**made, **more}


def addresses(zone, owner):
    return {host: zone.nodes.get(host, {}).get("A") for host in zone.nodes[owner]["NS"]}


class Signed(unittest.TestCase):
    """Replies of a signed zone. That signatures hold is for validators to say, inside the lab."""

    def reply(self, name, behavior=None, rtype="CAA", dnssec_ok=True):
        zone = small_zone()
        zone.signed = True
        query = message.read_query(query_for(name, rtype))
        query.dnssec_ok = dnssec_ok
        if behavior is None:
            return faults.respond(zone, query)
        turn = faults.Turn(zone, query, faults.respond(zone, query), False, behavior, 1)
        turn.fit = lambda reply=None: reply
        return faults.PLAYS["bogus"](turn)

    def types(self, section):
        return sorted(onlinesigner.covered(rr) or "" for rr in section if rr[1] == "RRSIG")

    def nsec_owners(self, reply):
        return sorted(rr[0] for rr in reply.authority if rr[1] == "NSEC")

    def test_who_does_not_ask_for_signatures_gets_none(self):
        reply = self.reply("www.example.org", dnssec_ok=False)
        self.assertEqual(self.types(reply.answer), [])

    def test_every_set_is_signed_but_the_cname_of_a_dname(self):
        self.assertEqual(self.types(self.reply("alias.example.org").answer), ["CAA", "CNAME"])
        self.assertEqual(self.types(self.reply("www.old.example.org").answer), ["CAA", "DNAME"])

    def test_what_is_absent_is_proven_so(self):
        for name, owners in (
            ("alias.example.org", []), ("b.deep.example.org", ["b.deep.example.org"]),
            ("deep.example.org", ["away.example.org"]),
            ("x.wild.example.org", ["*.wild.example.org"]),
            ("no.example.org", ["example.org", "far.example.org"]),
            ("sub.example.org", ["sub.example.org"]),
        ):  # fmt: skip
            with self.subTest(name):
                self.assertEqual(self.nsec_owners(self.reply(name)), owners)

    def test_ways_to_be_bogus(self):
        whole = self.reply("www.example.org")
        for ede in (faults.BOGUS, *faults.OUT_OF_TIME):
            reply = self.reply("www.example.org", dict(ede=ede))
            self.assertEqual(self.types(reply.answer), ["CAA"])
            self.assertNotEqual(reply.answer, whole.answer)
        reply = self.reply("www.example.org", dict(ede=faults.RRSIG_MISSING))
        self.assertEqual(self.types(reply.answer), [])
        reply = self.reply("deep.example.org", dict(ede=faults.NSEC_MISSING))
        self.assertEqual((self.nsec_owners(reply), self.types(reply.authority)), ([], ["SOA"]))
        reply = self.reply("www.example.org", dict(ede=faults.DNSKEY_MISSING))
        self.assertEqual(reply, whole)


class Plan(unittest.TestCase):
    def plan(self, *rows):
        root = Zone(".", "root")
        return faults.plan(rows, root), root

    def test_every_server_of_every_zone_has_a_place_and_a_delegation(self):
        places, root = self.plan(scenario(servers={"example.t1.": ["s1", "s2"]}))
        self.assertEqual([p.zone.origin for p in places], ["example.t1", "example.t1", "t1"])
        self.assertEqual(len({p.address for p in places}), 3)
        self.assertEqual(addresses(root, "t1"), {"ns1.t1": [places[2].address]})
        self.assertEqual(addresses(places[2].zone, "example.t1"),
                         {"ns1.example.t1": [places[0].address],
                          "ns2.example.t1": [places[1].address]})  # fmt: skip

    def test_behaviors_are_at_the_zone_that_holds_the_name(self):
        for name, holder in (("example.t1.", "example.t1"), ("x.t1.", "t1")):
            behavior = dict(match=dict(name=name, qtype="any", below=True), do="drop")
            places, _ = self.plan(scenario(behaviors=[behavior]))
            self.assertEqual([p.zone.origin for p in places if p.behaviors], [holder])

    def test_faults_of_delegations(self):
        for do, address in (("no_ns_addr", None), ("private_ns", [faults.PRIVATE_ADDRESS]),
                            ("unreachable", [faults.NO_ROUTE])):  # fmt: skip
            behavior = dict(match=dict(name="example.t1.", qtype="any", below=True), do=do)
            places, _ = self.plan(scenario(behaviors=[behavior]))
            self.assertEqual([p.zone.origin for p in places], ["t1"])
            self.assertEqual(list(addresses(places[0].zone, "example.t1").values()), [address])

    def test_glue_may_be_stale(self):
        behavior = dict(match=dict(name="example.t1.", qtype="any", below=True), do="stale_glue",
                        host="dns.other.t1.")  # fmt: skip
        zones = [dict(origin=o, signed=False, records=[]) for o in ("example.t1.", "other.t1.", "t1.")]
        (example, other, above), _ = self.plan(scenario(zones=zones, behaviors=[behavior]))
        self.assertEqual(addresses(above.zone, "example.t1"), {"dns.other.t1": [faults.NO_ROUTE]})
        self.assertEqual(other.zone.nodes["dns.other.t1"]["A"], [example.address])

    def test_signed_zones_have_keys_and_a_ds(self):
        zones = [dict(origin="example.t1.", signed=True, records=[]),
                 dict(origin="t1.", signed=True, records=[])]  # fmt: skip
        places, root = self.plan(scenario(zones=zones))
        key = onlinesigner.key_of("example.t1")
        self.assertEqual(places[0].zone.nodes["example.t1"]["DNSKEY"], [key.rdata])
        self.assertEqual(places[1].zone.nodes["example.t1"]["DS"], [key.ds()])
        self.assertEqual(root.nodes["t1"]["DS"], [onlinesigner.ds_of("t1")])

    def test_a_ds_may_be_of_no_use_or_of_a_zone_without_keys(self):
        override = dict(zone="example.t1.", kind="unsupported_algorithm")
        places, _ = self.plan(scenario(ds_override=override))
        self.assertEqual(places[1].zone.nodes["example.t1"]["DS"][0][2], 99)
        lost = dict(match=dict(name="example.t1.", qtype="any", below=True), do="bogus", ede=9)
        places, _ = self.plan(scenario(behaviors=[lost]))
        self.assertIn("DS", places[1].zone.nodes["example.t1"])
        self.assertNotIn("DNSKEY", places[0].zone.nodes["example.t1"])

    def test_servers_of_the_zone_above_may_hold_a_zone_too(self):
        places, _ = self.plan(scenario(held_above=["example.t1."]))
        below, above = places
        self.assertEqual([zone.origin for zone in above.below], ["example.t1"])
        for name, rtype, origin in (
            ("www.example.t1", "CAA", "example.t1"), ("example.t1", "NS", "example.t1"),
            ("example.t1", "DS", "t1"), ("t1", "CAA", "t1"),
        ):  # fmt: skip
            query = message.read_query(query_for(name, rtype))
            self.assertEqual(above.zone_for(query).origin, origin)
        reply = client.decode(faults.reply_to(above, query_for("www.example.t1"), False))
        self.assertEqual(reply.rcode, 3)  # no referral
        self.assertEqual(below.below, [])

    def test_an_unknown_behavior_is_refused(self):
        behavior = dict(match=dict(name="example.t1.", qtype="any"), do="explode")
        with self.assertRaises(ValueError):
            self.plan(scenario(behaviors=[behavior]))

    def test_the_second_server_may_have_other_data(self):
        record = dict(name="example.t1.", type="CAA", rdata=OWN)
        second = [dict(origin="example.t1.", records=[record])]
        places, _ = self.plan(scenario(servers={"example.t1.": ["s1", "s2"]}, s2_zones=second))
        self.assertEqual(["CAA" in p.zone.nodes["example.t1"] for p in places[:2]], [False, True])


def good_record():
    verdict = dict(outcome="found", error_class=None, found_at="example.t1", depth=1,
                   rrset_owner="example.t1")  # fmt: skip
    caa = [dict(flags=0, tag="issue", value="a", rdata_error=None, rdata=None)]
    levels = [dict(name="www.example.t1", outcome="nodata", ede=[]),
              dict(name="example.t1", outcome="records", ede=[])]  # fmt: skip
    return dict(verdict, mode="iterate", error_at=None, error_name=None, chain=[], caa=caa,
                levels=levels, notes=[], alt=None, dnssec="insecure")  # fmt: skip


class Judging(unittest.TestCase):
    def test_an_equal_record_passes(self):
        self.assertEqual(scenario_records.differences(scenario(), good_record()), [])

    def test_a_wrong_value_is_seen_in_every_key(self):
        for key, value in (
            ("outcome", "empty"), ("error_class", "lame"), ("found_at", "t1"), ("depth", 0),
            ("rrset_owner", "t1"), ("error_at", "t1"), ("error_name", "t1"), ("caa", []),
            ("chain", [dict(owner="a", kind="CNAME", target="b")]), ("levels", []),
            ("notes", [dict(kind="recovered")]), ("dnssec", "secure"),
        ):  # fmt: skip
            with self.subTest(key):
                record = dict(good_record(), **{key: value})
                self.assertEqual(scenario_records.differences(scenario(), record), [key])

    def test_the_older_searches_are_compared(self):
        row = scenario()
        row["expect"]["rfc6844"] = dict(outcome="indeterminate", error_class="recursion_limit")
        verdict = dict(outcome="indeterminate", error_class="recursion_limit", found_at=None,
                       depth=None, rrset_owner=None)  # fmt: skip
        record = dict(good_record(), alt={"rfc6844": verdict, "erratum5065": verdict})
        self.assertEqual(scenario_records.differences(row, record), [])
        verdict["error_class"] = "cname_loop"
        self.assertEqual(scenario_records.differences(row, record), ["rfc6844"])

    def test_a_resolver_hides_classes_behind_servfail_alone(self):
        row = scenario()
        row["expect"]["rfc8659"] = dict(outcome="indeterminate", error_class="refused",
                                        error_at="example.t1.")  # fmt: skip
        record = dict(good_record(), outcome="indeterminate", found_at=None, depth=None,
                      rrset_owner=None, error_at="example.t1", caa=[])  # fmt: skip
        for mode, error_class, same in (
            ("resolver", "refused", True), ("resolver", "servfail", True),
            ("resolver", "lame", False), ("resolver", None, False), ("iterate", "servfail", False),
        ):  # fmt: skip
            record.update(mode=mode, error_class=error_class, error_name="example.t1")
            self.assertEqual(scenario_records.differences(row, record) == [], same, error_class)

    def test_servers_that_disagree_allow_two_outcomes_and_no_third(self):
        row = scenario(outcome_set=["a", None])
        empty = dict(good_record(), outcome="empty", found_at=None, depth=None, rrset_owner=None,
                     caa=[])  # fmt: skip
        self.assertEqual(scenario_records.differences(row, good_record()), [])
        self.assertEqual(scenario_records.differences(row, empty), [])
        self.assertTrue(scenario_records.differences(row, dict(empty, outcome="indeterminate")))

    def test_the_expectations_of_iteration_go_first(self):
        row = scenario(expect_iterate={"rfc8659": dict(outcome="empty")})
        self.assertTrue(scenario_records.differences(row, good_record()))
        self.assertEqual(
            scenario_records.differences(row, dict(good_record(), mode="resolver")), [])


class Files(unittest.TestCase):
    def test_every_row_can_be_planned_and_asked(self):
        for name in ("resolution.jsonl", "faults.jsonl", "census.jsonl", "variety.jsonl"):
            rows = faults.read(os.path.join(HERE, name))
            self.assertGreater(len(rows), 4)
            for place in faults.plan(copy.deepcopy(rows), Zone(".", "root")):
                query = message.read_query(query_for(place.zone.origin, "SOA"))
                reply = authority.respond(place.zone, query.name, query.rtype)
                self.assertTrue(reply.answer, place.zone.origin)
                message.write_reply(query, reply)

    def test_rows_are_named_once(self):
        ids = []
        for name in ("resolution.jsonl", "faults.jsonl", "census.jsonl", "variety.jsonl"):
            with open(os.path.join(HERE, name), encoding="utf-8") as file:
                ids += [json.loads(line)["id"] for line in file]
        self.assertEqual(len(ids), len(set(ids)))


if __name__ == "__main__":
    unittest.main()

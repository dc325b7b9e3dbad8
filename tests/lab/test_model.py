"""The lab's own model of CAA: what an authority answers, and the search of RFC 8659."""

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "scripts"))

from labworld import dns, model, scenarios  # noqa: E402
from labworld.dns import caa_rdata  # noqa: E402
from labworld.model import World, Zone  # noqa: E402

SET = [caa_rdata(0, "issue", "ca.example")]


def small_world():
    """Root, com, and example.com with one case each of what names can be."""
    world = World()
    world.add_zone(Zone(".", "root")).signed = True
    com = world.add_zone(Zone("com", "registry"))
    com.signed = com.has_ds = True
    zone = world.add_zone(Zone("example.com", "operator"))
    zone.add("example.com", "CAA", *SET)
    zone.add("www.example.com", "A", "192.0.2.1")
    zone.add("alias.example.com", "CNAME", "host.other.com")
    zone.add("dangling.example.com", "CNAME", "nothing.other.com")
    zone.add("*.wild.example.com", "A", "192.0.2.1")
    zone.add("b.deep.example.com", "A", "192.0.2.1")
    zone.add("old.example.com", "DNAME", "other.com")
    zone.add("loop.example.com", "CNAME", "loop2.example.com")
    zone.add("loop2.example.com", "CNAME", "loop.example.com")
    other = world.add_zone(Zone("other.com", "operator"))
    other.add("host.other.com", "CAA", *SET)
    return world


class Answers(unittest.TestCase):
    def setUp(self):
        self.world = small_world()

    def outcome(self, name):
        return self.world.caa(name).outcome

    def test_kinds_of_name(self):
        for name, outcome in (
            ("example.com", "records"),
            ("www.example.com", "nodata"),
            ("none.example.com", "nxdomain"),
            ("deep.example.com", "nodata"),
            ("a.deep.example.com", "nxdomain"),
            ("x.wild.example.com", "nodata"),
            ("x.y.wild.example.com", "nodata"),
            ("wild.example.com", "nodata"),
            ("alias.example.com", "records"),
            ("below.alias.example.com", "nxdomain"),
            ("dangling.example.com", "nxdomain"),
            ("host.old.example.com", "records"),
            ("old.example.com", "nodata"),
            ("loop.example.com", "cname_loop"),
            ("unknown.com", "nxdomain"),
            ("com", "nodata"),
            ("nosuchtld", "nxdomain"),
        ):
            with self.subTest(name):
                self.assertEqual(self.outcome(name), outcome)

    def test_a_wildcard_does_not_reach_past_an_existing_name(self):
        zone = self.world.zones["example.com"]
        zone.add("*.example.com", "CAA", *SET)
        self.assertEqual(self.outcome("free.example.com"), "records")
        self.assertEqual(self.outcome("a.deep.example.com"), "nxdomain")
        self.assertEqual(self.outcome("x.www.example.com"), "nxdomain")

    def test_a_dname_hides_what_is_below_its_owner_but_not_the_owner(self):
        zone = self.world.zones["example.com"]
        zone.add("old.example.com", "CAA", *SET)
        self.assertEqual(self.outcome("old.example.com"), "records")
        self.assertEqual(self.outcome("x.old.example.com"), "nxdomain")

    def test_the_chain_names_every_alias(self):
        answer = self.world.caa("host.old.example.com")
        expected = {"owner": "host.old.example.com", "kind": "DNAME", "target": "host.other.com"}
        self.assertEqual(answer.chain, [expected])
        self.assertEqual(answer.owner, "host.other.com")

    def test_secure_needs_every_zone_on_the_way(self):
        self.assertTrue(self.world.caa("com").secure)
        self.assertFalse(self.world.caa("example.com").secure)

    def test_a_ds_below_an_unsigned_zone_secures_nothing(self):
        world = small_world()
        child = world.add_zone(Zone("sub.example.com", "operator"))
        child.signed = child.has_ds = True
        self.assertFalse(world.is_secure(child))


class Verdicts(unittest.TestCase):
    def setUp(self):
        self.world = small_world()

    def test_climbs_to_the_set_above(self):
        truth = model.verdict(self.world, "a.b.www.example.com")
        self.assertEqual((truth["outcome"], truth["found_at"], truth["depth"]),
                         ("found", "example.com", 3))  # fmt: skip
        self.assertEqual((truth["exists"], truth["own"]), ("no", "empty"))

    def test_climbs_the_name_and_not_its_target(self):
        self.world.zones["other.com"].add("other.com", "CAA", *SET)
        truth = model.verdict(self.world, "dangling.example.com")
        self.assertEqual(truth["found_at"], "example.com")
        self.assertEqual((truth["exists"], truth["chain"]), ("yes", []))

    def test_existence_of_aliases_without_a_target(self):
        for name, exists in (
            ("dangling.example.com", "yes"),
            ("nothing.old.example.com", "no"),
            ("host.old.example.com", "yes"),
            ("loop.example.com", "unknown"),
        ):
            with self.subTest(name):
                self.assertEqual(model.verdict(self.world, name)["exists"], exists)

    def test_asks_the_top_level_domain_and_not_the_root(self):
        self.world.zones["."].add(".", "CAA", *SET)
        self.assertEqual(model.verdict(self.world, "unknown.com")["outcome"], "empty")
        self.world.zones["com"].add("com", "CAA", *SET)
        self.assertEqual(model.verdict(self.world, "unknown.com")["found_at"], "com")

    def test_a_failure_ends_the_climb(self):
        truth = model.verdict(self.world, "loop.example.com")
        self.assertEqual((truth["outcome"], truth["error_class"], truth["error_at"]),
                         ("indeterminate", "cname_loop", "loop.example.com"))  # fmt: skip

    def test_a_failure_above_the_set_does_not_count(self):
        self.world.zones["com"].fault = "refused"
        self.assertEqual(model.verdict(self.world, "www.example.com")["outcome"], "found")
        self.assertEqual(model.verdict(self.world, "www.other.com")["error_at"], "com")

    def test_who_does_not_validate_finds_what_is_bogus(self):
        self.world.zones["example.com"].fault = "dnssec_bogus"
        truth = model.verdict(self.world, "a.www.example.com")
        self.assertEqual((truth["outcome"], truth["error_name"]),
                         ("indeterminate", "a.www.example.com"))  # fmt: skip
        other = truth["unvalidated"]
        self.assertEqual((other["outcome"], other["found_at"]), ("found", "example.com"))
        self.world.zones["example.com"].fault = "refused"
        self.assertEqual(model.verdict(self.world, "www.example.com")["unvalidated"], {})

    def test_zones_of_the_name_and_of_the_set(self):
        truth = model.verdict(self.world, "alias.example.com")
        self.assertEqual((truth["zone"], truth["set_zone"]), ("example.com", "other.com"))
        self.assertEqual((truth["zone_above"], truth["set_zone_above"]), ([], []))
        truth = model.verdict(self.world, "unknown.com")
        self.assertEqual((truth["zone"], truth["set_zone"]), ("com", None))

    def test_ds_and_where_it_is_hidden(self):
        for origin, server, signed in (
            ("co.com", "registry", False), ("x.co.com", "operator", False),
            ("dev.x.co.com", "other", False), ("y.com", "operator", True),
        ):  # fmt: skip
            zone = self.world.add_zone(Zone(origin, server))
            zone.signed = zone.has_ds = signed
        for name, ds, hidden in (
            ("com", "present", False), ("y.com", "present", False), ("co.com", "absent", False),
            ("x.co.com", "absent", True), ("dev.x.co.com", "absent", True),
            ("example.com", "absent", False),
        ):  # fmt: skip
            with self.subTest(name):
                truth = model.verdict(self.world, name)
                self.assertEqual((truth["ds"], truth["ds_hidden"]), (ds, hidden))
        self.assertEqual(model.verdict(self.world, "co.com")["zone_above"],
                         [dict(zone="com", ns=[], ds="present")])  # fmt: skip

    def test_a_row_without_a_name_is_invalid(self):
        truth = model.verdict(self.world, None)
        self.assertEqual((truth["outcome"], truth["error_class"]), ("invalid", "qname_invalid"))
        self.assertEqual(truth.keys(), model.verdict(self.world, "com").keys())


class CaaRdata(unittest.TestCase):
    def test_errors(self):
        for octets, error in (
            (b"", "rdata_empty"),
            (b"\0", "rdata_too_short"),
            (b"\0\0issue", "tag_len_zero"),
            (b"\0\6issue", "tag_overrun"),
            (b"\0\6is-sue", "tag_bad_char"),
            (b"\0\5issue", None),
            (b"\x80\5Issueca.example", None),
        ):
            with self.subTest(octets):
                self.assertEqual(dns.caa_error(octets), error)

    def test_text_that_servers_refuse_is_written_as_octets(self):
        self.assertEqual(dns.caa_text(caa_rdata(0, "issue", ";")), '0 issue ";"')
        self.assertEqual(dns.caa_text(b"\0\1Ax"), r"\# 4 00014178")
        self.assertEqual(dns.caa_text(b"\0\1a\\"), r"\# 4 0001615c")

    def test_row_escapes_octets(self):
        row = model.caa_row(caa_rdata(0, "issue", b'a\\b"\x00\xff'))
        self.assertEqual(row["value"], r'a\\b"\000\255')
        self.assertEqual(model.caa_row(b"\0\0")["rdata"], "0000")


class Scenarios(unittest.TestCase):
    """Worlds and verdicts that were written without this model."""

    def check(self, scenario):
        expect = scenario["expect"]["rfc8659"]
        truth = model.verdict(scenarios.make(scenario), scenarios.question(scenario))
        self.assertEqual(truth["outcome"], expect["outcome"])
        self.assertEqual(truth["error_class"], expect.get("error_class"))
        if expect["outcome"] == "found":
            self.check_found(truth, expect)
        if isinstance(expect.get("levels"), list):
            self.assertEqual([level["outcome"] for level in truth["levels"]],
                             [level["outcome"] for level in expect["levels"]])  # fmt: skip

    def check_found(self, truth, expect):
        self.assertEqual(truth["found_at"], scenarios.relative(expect["found_at"]))
        self.assertEqual(truth["depth"], expect["depth"])
        self.assertEqual(truth["rrset_owner"], scenarios.relative(expect["rrset_owner"]))
        chain = [{**alias, "owner": scenarios.relative(alias["owner"]),
                  "target": scenarios.relative(alias["target"])}
                 for alias in expect["chain"]]  # fmt: skip
        self.assertEqual(truth["chain"], chain)
        tags = {(record["flags"], record["tag"]) for record in truth["caa"]}
        self.assertLessEqual({(r["flags"], r["tag"]) for r in expect["rrset"]}, tags)

    def test_agrees_with_every_scenario(self):
        rows = scenarios.read(os.path.join(HERE, "resolution.jsonl"))
        self.assertGreater(len(rows), 40)
        for scenario in rows:
            with self.subTest(scenario["id"], title=scenario["title"]):
                self.check(scenario)


if __name__ == "__main__":
    unittest.main()

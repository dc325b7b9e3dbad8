"""The generator: the same seed gives the same octets, and a world holds what it promises."""

import base64
import collections
import csv
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.join(HERE, "..", "..")
sys.path.insert(0, os.path.join(PROJECT, "scripts"))

from labworld import builder, caamix, dns, export, generate, model, signer  # noqa: E402

DATASETS = os.path.join(PROJECT, "datasets")
LIST = os.path.join(DATASETS, "top-sample.csv")
HINTS = os.path.join(DATASETS, "root.hints")
IDENTIFIERS = os.path.join(DATASETS, "ca_identifiers.csv")


def build(count, seed="1"):
    with open(HINTS, encoding="ascii") as file:
        hints = file.read()
    names = generate.read_names(LIST, count)
    made = builder.Builder(names, seed, caamix.read_identifiers(IDENTIFIERS), hints)
    return made, *made.build()


def tree_digest(directory):
    digest = hashlib.sha256()
    for folder, folders, files in os.walk(directory):
        folders.sort()
        for name in sorted(files):
            with open(os.path.join(folder, name), "rb") as file:
                digest.update(name.encode() + b"\0" + file.read())
    return digest.hexdigest()


class Determinism(unittest.TestCase):
    def made(self, seed):
        with tempfile.TemporaryDirectory() as directory:
            command = [sys.executable, "-B", "-m", "labworld.generate", "--list", LIST, "--names",
                       "150", "--seed", seed, "--identifiers", IDENTIFIERS, "--hints", HINTS,
                       "--into", directory]  # fmt: skip
            subprocess.run(command, check=True, cwd=os.path.join(PROJECT, "scripts"))
            return tree_digest(directory)

    def test_same_seed_same_octets(self):
        self.assertEqual(self.made("5"), self.made("5"))

    def test_another_seed_another_world(self):
        self.assertNotEqual(self.made("5"), self.made("6"))

    def test_a_longer_list_keeps_the_zones_of_the_first_names(self):
        _, short, _ = build(100)
        _, long, _ = build(200)
        self.assertEqual(short.zones["google.com"].server, long.zones["google.com"].server)


class Contents(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.builder, cls.world, cls.rows = build(5000)
        cls.truths = [model.verdict(cls.world, row.name) for row in cls.rows]

    def count(self, key):
        return collections.Counter(truth[key] for truth in self.truths)

    def test_real_names_come_first_with_their_ranks(self):
        names = generate.read_names(LIST, 5000)
        self.assertEqual([row.text for row in self.rows[:5000]], names)
        self.assertEqual([row.rank for row in self.rows], list(range(1, len(self.rows) + 1)))
        self.assertGreater(len(self.rows), 7500)

    def test_adoption_is_near_what_surveys_found(self):
        listed = self.truths[:5000]
        share = sum(truth["outcome"] == "found" for truth in listed) / len(listed)
        self.assertTrue(0.05 < share < 0.16, share)

    def test_every_outcome_occurs(self):
        outcomes = self.count("outcome")
        for outcome in ("found", "empty", "indeterminate", "invalid"):
            self.assertGreater(outcomes[outcome], 0, outcome)
        for error_class in ("refused", "dnssec_bogus", "cname_loop", "qname_invalid"):
            self.assertGreater(self.count("error_class")[error_class], 0, error_class)
        for status in ("secure", "insecure", "bogus"):
            self.assertGreater(self.count("dnssec")[status], 0, status)
        self.assertTrue({0, 1, 2, 3} <= self.count("depth").keys())

    def test_sets_are_found_by_every_way(self):
        chains = [truth["chain"] for truth in self.truths]
        kinds = {alias["kind"] for chain in chains for alias in chain}
        self.assertEqual(kinds, {"CNAME", "DNAME"})
        self.assertGreaterEqual(max(map(len, chains)), 5)
        at_tld = [t for t in self.truths if t["found_at"] and "." not in t["found_at"]]
        self.assertTrue(at_tld)

    def test_every_special_set_occurs(self):
        records = {(record["flags"], record["tag"], record["rdata_error"])
                   for truth in self.truths for record in truth["caa"]}  # fmt: skip
        for flags, tag in ((1, "issue"), (128, "tbs"), (0, "Issue"), (64, "issue"), (130, "iodef"),
                           (0, "issuemail"), (0, "contactphone"), (0, "issuer")):  # fmt: skip
            self.assertIn((flags, tag, None), records)
        for error in ("rdata_too_short", "tag_len_zero", "tag_overrun", "tag_bad_char"):
            self.assertIn((None, None, error), records)
        sizes = [len(truth["caa"]) for truth in self.truths]
        self.assertGreater(max(sizes), 30)

    def test_malformed_sets_are_on_servers_that_load_them(self):
        for zone in self.world.zones.values():
            for node in zone.nodes.values():
                for rdata in node.get("CAA", ()):
                    if dns.caa_error(rdata):
                        self.assertEqual(self.builder.groups[zone.server].daemon, "knot")

    def test_every_zone_is_delegated(self):
        for zone in self.world.zones.values():
            if zone.origin != ".":
                above = self.world.parent_zone(zone)
                self.assertEqual(above.nodes[zone.origin]["NS"], list(zone.ns))

    def test_the_list_is_written_as_it_is(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "list.csv")
            export.write_list(path, self.rows)
            with open(path, newline="", encoding="utf-8") as file:
                read = list(csv.reader(file))
        self.assertEqual(read[0], ["rank", "domain"])
        self.assertEqual([fields[1] for fields in read[1:]], [row.text for row in self.rows])

    def test_truth_has_one_line_per_row(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "truth.ndjson")
            export.write_truth(path, self.world, self.rows)
            with open(path, encoding="ascii") as file:
                lines = [json.loads(line) for line in file]
        self.assertEqual([line["row"] for line in lines], list(range(1, len(self.rows) + 1)))


class Signing(unittest.TestCase):
    # RFC 8080 section 6.1, with the DS as given there.
    DNSKEY = base64.b64decode("AQEDDw==") + base64.b64decode(
        "l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4="
    )

    def test_ds_of_rfc_8080(self):
        self.assertEqual(signer.key_tag(self.DNSKEY), 3613)
        self.assertEqual(
            signer.ds_rdata("example.com", self.DNSKEY)[4:].hex(),
            "3aa5ab37efce57f737fc1627013fee07bdf241bd10f3b1964ab55c78e79a304b",
        )

    def test_nsec_bitmap_of_rfc_4034(self):
        rdata = signer.nsec_rdata("host.example.com", ["A", "MX", "RRSIG", "NSEC"])
        self.assertEqual(rdata[-8:].hex(), "0006400100000003")

    def test_nsec_chain_covers_what_is_authoritative(self):
        world = model.World()
        world.add_zone(model.Zone(".", "root"))
        zone = world.add_zone(model.Zone("com", "registry"))
        zone.signed = True
        zone.add("com", "NS", "ns.com")
        zone.add("b.com", "NS", "ns.b.com")
        zone.add("ns.b.com", "A", "192.0.2.1")
        zone.add("ns.com", "A", "192.0.2.1")
        lines = export.zone_text(world, zone, "1").splitlines()
        chain = [(line.split()[0], line.split()[4]) for line in lines if " IN NSEC " in line]
        self.assertEqual(chain, [("com.", "b.com."), ("b.com.", "ns.com."), ("ns.com.", "com.")])
        self.assertFalse([line for line in lines if "RRSIG NS " in line and line.startswith("b.")])


if __name__ == "__main__":
    unittest.main()

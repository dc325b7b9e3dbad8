"""compare.py: equal records pass, and every way to be wrong is seen."""

import contextlib
import copy
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "..", "scripts"))

import agreement  # noqa: E402
import compare  # noqa: E402
from labworld import model  # noqa: E402
from labworld.dns import caa_rdata  # noqa: E402

NAMES = ("www.example.com", "alias.example.com", "none.other.com", "refused.com", None,
         "bogus.com", "lib.dev.example.com")  # fmt: skip
ORIGINS = (".", "com", "example.com", "other.com", "refused.com", "bogus.com", "dev.example.com")


def truths():
    world = model.World()
    for origin in ORIGINS:
        server = "any" if origin.endswith("example.com") else origin
        zone = world.add_zone(model.Zone(origin, server, (f"ns.{server}",)))
        zone.signed = zone.has_ds = origin in (".", "com", "bogus.com")
    world.zones["refused.com"].fault = "refused"
    world.zones["bogus.com"].fault = "dnssec_bogus"
    world.zones["bogus.com"].add("bogus.com", "CAA", caa_rdata(0, "issue", "ca.example"))
    world.zones["dev.example.com"].add("dev.example.com", "CAA", caa_rdata(0, "issue", ";"))
    zone = world.zones["example.com"]
    zone.add("example.com", "CAA", caa_rdata(0, "issue", "ca.example"), b"\0\0")
    zone.add("www.example.com", "A", "192.0.2.1")
    zone.add("alias.example.com", "CNAME", "example.com")
    return [dict(row=i, rank=i, domain=name or "?", wildcard=False, **model.verdict(world, name))
            for i, name in enumerate(NAMES, 1)]  # fmt: skip


def record_of(truth, mode):
    """What a scan of this mode would have recorded."""
    record = copy.deepcopy(truth)
    record.update(input=truth["domain"], mode=mode, dnssec="unchecked")
    record["caa"].reverse()
    for level in record["levels"]:
        level["dnssec"] = "secure" if level["secure"] else "insecure"
    if mode == "iterate":
        record.update(ad=None, dnssec=compare.dnssec_due(truth))
        return record
    record.update(zone=None, ns=[], set_zone=None, set_ns=[], ds="unknown", error_name=None)
    for level in record["levels"]:
        level["outcome"] = level["outcome"].replace("refused", "servfail")
    return record


class Case(unittest.TestCase):
    mode = "resolver"
    context = False

    def setUp(self):
        self.truths = truths()
        self.records = [record_of(truth, self.mode) for truth in self.truths]

    def result(self):
        comparison = compare.Comparison(show=0, context=self.context)
        by_row = {truth["row"]: truth for truth in self.truths}
        with contextlib.redirect_stdout(io.StringIO()):
            for record in self.records:
                comparison.take(record, by_row)
            return comparison.finish(by_row), set(comparison.counts)

    def check_wrong_values(self, wrong):
        for row, key, value in wrong:
            with self.subTest(key, row=row):
                kept = self.records[row][key]
                self.records[row][key] = value
                self.assertEqual(self.result(), (1, {key}))
                self.records[row][key] = kept


class Resolver(Case):
    def test_equal_records_pass_in_any_order(self):
        self.records.reverse()
        self.assertEqual(self.result(), (0, set()))

    def test_a_wrong_value_is_seen_in_every_key(self):
        self.check_wrong_values((
            (0, "input", "x"), (0, "name", "x"), (0, "rank", 9), (0, "wildcard", True),
            (0, "outcome", "empty"), (0, "found_at", None), (0, "depth", 0), (0, "own", "found"),
            (0, "exists", "no"), (0, "ad", True), (0, "dnssec", "secure"), (0, "levels", []),
            (1, "chain", []), (1, "rrset_owner", "x"), (1, "caa", []), (2, "exists", "yes"),
            (3, "error_class", "timeout"), (3, "error_at", "com"), (4, "outcome", "empty"),
            (0, "zone", "example.com"), (0, "ns", ["ns.any"]), (0, "ds", "absent"),
        ))  # fmt: skip

    def test_one_octet_of_a_set_is_seen(self):
        self.records[0]["caa"][1]["value"] += "x"
        self.assertEqual(self.result(), (1, {"caa"}))

    def test_failure_recorded_as_absence_is_seen(self):
        self.records[3].update(outcome="empty", error_class=None)
        self.assertEqual(self.result(), (1, {"outcome", "error_class"}))

    def test_missing_repeated_and_foreign_rows_are_seen(self):
        last = self.records.pop()
        self.assertEqual(self.result(), (1, {"missing row"}))
        self.records += [last, last]
        self.assertEqual(self.result(), (1, {"repeated row"}))
        self.records[-1] = dict(last, row=99)
        self.assertEqual(self.result(), (1, {"no such row"}))

    def test_exit_codes_of_the_program(self):
        with tempfile.TemporaryDirectory() as directory:
            records, truth = (os.path.join(directory, n) for n in ("r.ndjson", "truth.ndjson"))
            for path, rows in ((records, self.records), (truth, self.truths)):
                with open(path, "w", encoding="ascii") as file:
                    file.writelines(json.dumps(row) + "\n" for row in rows)
            packed = os.path.join(directory, "r.zst")
            subprocess.run(["zstd", "-q", records, "-o", packed], check=True)
            torn = os.path.join(directory, "torn.zst")
            with open(packed, "rb") as whole, open(torn, "wb") as file:
                file.write(whole.read()[:-9])
            for path, code in ((records, 0), (packed, 0), (torn, 2), ("/nowhere.zst", 2)):
                command = [sys.executable, os.path.join(HERE, "compare.py"), path, truth]
                done = subprocess.run(command, capture_output=True)
                self.assertEqual(done.returncode, code, path)


class Context(Case):
    """A resolver that was asked for zones too."""

    context = True

    def setUp(self):
        super().setUp()
        for truth, record in zip(self.truths, self.records):
            record.update({key: truth[key] for key in compare.NO_CONTEXT})

    def test_equal_records_pass(self):
        self.assertEqual(self.result(), (0, set()))

    def test_a_wrong_zone_is_seen(self):
        self.check_wrong_values((
            (0, "zone", "com"), (0, "zone", None), (0, "ns", []), (0, "set_zone", None),
            (0, "set_ns", ["x"]), (0, "ds", "unknown"), (3, "zone", "com"), (3, "ns", ["x"]),
            (3, "ds", "present"), (4, "zone", "."),
        ))  # fmt: skip

    def test_where_the_name_failed_its_zone_may_be_unknown(self):
        self.records[3].update(compare.NO_CONTEXT)
        self.assertEqual(self.result(), (0, set()))


class Iterate(Case):
    mode = "iterate"

    def test_equal_records_pass_and_bogus_ones_are_found(self):
        self.assertEqual(self.result(), (0, set()))
        self.assertEqual(self.records[5]["dnssec"], "bogus")

    def test_what_only_iteration_can_know_is_compared(self):
        self.check_wrong_values((
            (0, "zone", "com"), (0, "ns", []), (0, "set_zone", None), (0, "set_ns", ["x"]),
            (0, "ds", "unknown"), (0, "ad", False), (0, "dnssec", "secure"),
            (2, "exists", "unknown"), (3, "error_class", "servfail"), (3, "exists", "no"),
            (3, "error_name", None), (3, "dnssec", "unchecked"), (5, "outcome", "found"),
            (5, "ds", "absent"), (5, "dnssec", "insecure"),
        ))  # fmt: skip

    def test_every_level_that_was_answered_says_whether_it_is_proven(self):
        self.records[2]["levels"][0]["dnssec"] = "secure"
        self.assertEqual(self.result(), (1, {"dnssec"}))

    def test_who_does_not_validate_finds_what_bogus_zones_say(self):
        truth = compare.as_seen(self.truths[5], unvalidated=True)
        self.assertEqual(truth["outcome"], "found")
        record = dict(copy.deepcopy(truth), input=truth["domain"], mode="iterate", ad=None)
        record["dnssec"] = "unchecked"
        for level in record["levels"]:
            level["dnssec"] = "unchecked"
        self.assertEqual(compare.differences(truth, record), [])
        record["dnssec"] = "insecure"
        self.assertEqual(compare.differences(truth, record), ["dnssec"])

    def test_aliases_of_every_level_are_compared(self):
        levels = copy.deepcopy(self.records[1]["levels"])
        levels[0]["chain"] = []
        self.check_wrong_values([(1, "levels", levels)])

    def test_a_zone_may_be_taken_for_one_above_with_the_same_servers_alone(self):
        row = self.records[6]
        for zone, ns, ds, same in (
            ("dev.example.com", ["ns.any"], "absent", True),
            ("dev.example.com", [], "unknown", False),
            ("dev.example.com", ["ns.any"], "unknown", False),
            ("example.com", ["ns.any"], "absent", True),
            ("example.com", [], "unknown", False),
            ("com", ["ns.com"], "present", False),
            ("dev.example.com", [], "present", False),
        ):
            with self.subTest(zone=zone, ns=ns, ds=ds):
                row.update(zone=zone, ns=ns, ds=ds)
                self.assertEqual(self.result()[0], 0 if same else 1)


class Agreement(unittest.TestCase):
    def setUp(self):
        self.truths = truths()
        self.scans = [{truth["row"]: (mode, agreement.essence(record_of(truth, mode)))
                       for truth in self.truths} for mode in ("iterate", "resolver")]  # fmt: skip
        self.rows = [t["row"] for t in self.truths if not agreement.has_fault(t)]

    def differences(self):
        return list(agreement.disagreements(self.rows, self.scans))

    def test_rows_without_fault_agree(self):
        self.assertEqual(self.rows, [1, 2, 3, 5, 7])
        self.assertEqual(self.differences(), [])

    def test_a_difference_or_a_missing_row_is_seen(self):
        for key, value in (("outcome", "empty"), ("caa", []), ("levels", []), ("exists", "no")):
            with self.subTest(key):
                kept = self.scans[1][1][1][key]
                self.scans[1][1][1][key] = value
                self.assertEqual(len(self.differences()), 1)
                self.scans[1][1][1][key] = kept
        del self.scans[0][7]
        self.assertEqual(len(self.differences()), 1)


if __name__ == "__main__":
    unittest.main()

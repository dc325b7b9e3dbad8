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

import compare  # noqa: E402
from labworld import model  # noqa: E402
from labworld.dns import caa_rdata  # noqa: E402

NAMES = ("www.example.com", "alias.example.com", "none.other.com", "refused.com", None)


def truths():
    world = model.World()
    for origin in (".", "com", "example.com", "other.com", "refused.com"):
        world.add_zone(model.Zone(origin, "any"))
    world.zones["refused.com"].fault = "refused"
    zone = world.zones["example.com"]
    zone.add("example.com", "CAA", caa_rdata(0, "issue", "ca.example"), b"\0\0")
    zone.add("www.example.com", "A", "192.0.2.1")
    zone.add("alias.example.com", "CNAME", "example.com")
    return [dict(row=i, rank=i, domain=name or "?", wildcard=False, **model.verdict(world, name))
            for i, name in enumerate(NAMES, 1)]  # fmt: skip


def record_of(truth):
    """What a scan by a resolver would have recorded."""
    record = copy.deepcopy(truth)
    record.update(input=truth["domain"], mode="resolver", dnssec="unchecked")
    record["caa"].reverse()
    for level in record["levels"]:
        level["outcome"] = level["outcome"].replace("refused", "servfail")
    return record


class Compare(unittest.TestCase):
    def setUp(self):
        self.truths = truths()
        self.records = [record_of(truth) for truth in self.truths]

    def result(self):
        comparison = compare.Comparison(show=0)
        by_row = {truth["row"]: truth for truth in self.truths}
        with contextlib.redirect_stdout(io.StringIO()):
            for record in self.records:
                comparison.take(record, by_row)
            return comparison.finish(by_row), set(comparison.counts)

    def test_equal_records_pass_in_any_order(self):
        self.records.reverse()
        self.assertEqual(self.result(), (0, set()))

    def test_a_wrong_value_is_seen_in_every_key(self):
        for row, key, value in (
            (0, "input", "x"), (0, "name", "x"), (0, "rank", 9), (0, "wildcard", True),
            (0, "outcome", "empty"), (0, "found_at", None), (0, "depth", 0), (0, "own", "found"),
            (0, "exists", "no"), (0, "ad", True), (0, "dnssec", "secure"), (0, "levels", []),
            (1, "chain", []), (1, "rrset_owner", "x"), (1, "caa", []), (2, "exists", "yes"),
            (3, "error_class", "timeout"), (3, "error_at", "com"), (4, "outcome", "empty"),
        ):  # fmt: skip
            with self.subTest(key, row=row):
                kept = self.records[row][key]
                self.records[row][key] = value
                self.assertEqual(self.result(), (1, {key}))
                self.records[row][key] = kept

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


if __name__ == "__main__":
    unittest.main()

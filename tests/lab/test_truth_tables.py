"""truth_tables.py: what a report must say about rows whose truth is known."""

import copy
import unittest

import truth_tables as tables

FOUND = dict(outcome="found", depth=0, chain=[], error_class=None, exists="yes", own="found",
             wildcard=False)  # fmt: skip


def record(tag, value, flags=0):
    return dict(flags=flags, tag=tag, value=value, rdata_error=None, rdata=None)


def malformed(octets):
    return dict(flags=None, tag=None, value=None, rdata_error="tag_len_zero", rdata=octets)


def found(name, caa, **more):
    return dict(FOUND, name=name, found_at=more.pop("found_at", name), caa=caa, **more)


class Sets(unittest.TestCase):
    def test_issuers(self):
        for value, issuer in (
            ("ca.example", "ca.example"),
            (" CA.example ; a=b", "ca.example"),
            (r"\009ca.example", "ca.example"),
            ("", ""),
            (";", ""),
            ("; a=b; c=", ""),
            ("ca.example;", "ca.example"),
            ("ca.example; a=b;", None),
            ("ca.example.", None),
            ("https://ca.example/", None),
            ("ca.example, other.example", None),
            (r"ca.example\000", None),
        ):
            with self.subTest(value):
                self.assertEqual(tables.issuer_of(record("issue", value)), issuer)

    def test_policy(self):
        allow, deny = record("issue", "ca.example"), record("issue", ";")
        for caa, kind, policy in (
            ([allow], "issue", "allow_list"),
            ([allow], "wild", "allow_list"),
            ([allow], "mail", "unrestricted"),
            ([deny], "issue", "deny_all"),
            ([deny, allow], "issue", "allow_list"),
            ([record("issue", "bad value")], "issue", "deny_all"),
            ([record("ISSUEWILD", ";"), allow], "wild", "deny_all"),
            ([record("iodef", "mailto:a@b.example")], "issue", "unrestricted"),
            ([record("tbs", "x", 128), allow], "issue", "deny_all_critical"),
            ([record("issue", "ca.example", 128)], "issue", "allow_list"),
            ([malformed("8000"), allow], "issue", "deny_all_critical"),
            ([malformed("0000")], "issue", "unrestricted"),
        ):
            with self.subTest(caa=caa, kind=kind):
                self.assertEqual(tables.policy(dict(caa=caa), kind), policy)


class Tables(unittest.TestCase):
    def setUp(self):
        ca = [record("issue", "letsencrypt.org"), record("Issue", "digicert.com", 128)]
        rows = [
            found("a.com", ca),
            found("www.a.com", ca, depth=1, found_at="a.com", own="empty"),
            found("x.y.a.com", ca, depth=1, found_at="y.a.com", own="empty"),
            found("b.com", ca[:1], chain=["alias"]),
            found("c.uk", ca[:1], depth=1, found_at="uk", own="empty"),
            found("c.co.uk", ca[:1], depth=1, found_at="co.uk", own="empty"),
            dict(FOUND, outcome="empty", own="empty", name="d.com", caa=[], exists="no"),
            dict(FOUND, outcome="indeterminate", own="indeterminate", name="e.com", caa=[],
                 error_class="refused", exists="unknown"),
            dict(FOUND, outcome="invalid", name=None, caa=[], own="invalid"),
        ]  # fmt: skip
        self.truths = [dict(row, row=i, rank=i * 600) for i, row in enumerate(rows, 1)]
        self.tables = tables.tables(self.truths, tables.Suffixes())

    def test_parts_are_exclusive_and_sum(self):
        whole = self.tables["adoption_by_rank"]["", ""]
        self.assertEqual(whole, {"own": 1, "ancestor_regdom": 1, "ancestor_intermediate": 1,
                                 "via_alias": 1, "ancestor_tld": 1, "ancestor_public_suffix": 1,
                                 "none": 1, "indeterminate": 1, "invalid": 1})  # fmt: skip
        self.assertEqual(sum(whole.values()), len(self.truths))

    def test_buckets_hold_their_ranks(self):
        buckets = self.tables["adoption_by_rank"]
        self.assertEqual(sum(buckets["1", "1000"].values()), 1)
        self.assertEqual(sum(buckets["1", "10000"].values()), 9)
        self.assertEqual(sum(buckets["4001", "8000"].values()), 3)
        self.assertNotIn(("1", "100000"), buckets)

    def test_registrable_domains_are_apart_from_all_names(self):
        self.assertEqual(self.tables["adoption_by_tld"],
                         {"com": (2, 1, 1, 4, 1, 1), "uk": (2, 0, 0, 2, 0, 0)})

    def test_tags_and_identifiers(self):
        self.assertEqual(self.tables["tags"], {"issue": (6, 9, 3)})
        share = self.tables["ca_share"]
        self.assertEqual(share["identifier", "issue", "letsencrypt.org"], (6, 3))
        self.assertEqual(share["operator", "issue", "DigiCert"], (3, 0))

    def test_every_changed_cell_is_seen(self):
        for name, table in self.tables.items():
            for key in table:
                with self.subTest(name, key=key):
                    report = copy.deepcopy(self.tables)
                    del report[name][key]
                    self.assertTrue(list(tables.compare(self.tables, report, "iterate")))
        self.assertEqual(list(tables.compare(self.tables, self.tables, "iterate")), [])

    def test_a_resolver_alone_may_show_another_class(self):
        for mode, reported, same in (
            ("resolver", {"servfail": 2}, True),
            ("resolver", {"servfail": 1}, False),
            ("resolver", {"timeout": 2}, False),
            ("iterate", {"refused": 2}, True),
            ("iterate", {"servfail": 2}, False),
        ):
            with self.subTest(mode, reported=reported):
                found = list(tables.compare_errors({"refused": 2}, reported, mode))
                self.assertEqual(found == [], same)


if __name__ == "__main__":
    unittest.main()

"""The judges of scans under packet loss and beside a dead operator see what is wrong."""

import contextlib
import io
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "..", "scripts"))

import dead_operator  # noqa: E402
import loss_survey  # noqa: E402
import test_compare  # noqa: E402


def truth_and_record(**changes):
    """A row that is right, but for the changes."""
    truth = test_compare.truths()[0]
    record = test_compare.record_of(truth, "iterate")
    return truth, {**record, "notes": [], "duration": 0.01, **changes}


def failure():
    return dict(outcome="indeterminate", error_class="timeout")


class Loss(unittest.TestCase):
    def weigh(self, **changes):
        truth, record = truth_and_record(**changes)
        with contextlib.redirect_stdout(io.StringIO()):
            return loss_survey.weigh({record["row"]: truth}, [record])

    def test_rows_are_right_failed_or_something_else(self):
        self.assertEqual(self.weigh()["right"], 1)
        self.assertEqual(self.weigh(**failure())["failed"], 1)
        self.assertEqual(self.weigh(caa=[])["other"], 1)
        self.assertEqual(self.weigh(ns=[])["failed"], 1)
        self.assertEqual(self.weigh(ns=["ns.wrong"])["other"], 1)
        self.assertEqual(self.weigh(ns=[], caa=[])["other"], 1)
        self.assertEqual(self.weigh(notes=[dict(kind="recovered")])["recovered"], 1)

    def test_one_in_a_thousand_may_fail_and_none_be_something_else(self):
        lost = dict(queries=100, retries=30)
        self.assertTrue(loss_survey.is_good(dict(right=999, failed=1, other=0), lost))
        self.assertFalse(loss_survey.is_good(dict(right=998, failed=2, other=0), lost))
        self.assertFalse(loss_survey.is_good(dict(right=9999, failed=0, other=1), lost))
        self.assertFalse(loss_survey.is_good(dict(right=0, failed=0, other=0), lost))

    def test_without_loss_nothing_is_shown(self):
        counts = dict(right=1000, failed=0, other=0)
        self.assertFalse(loss_survey.is_good(counts, dict(queries=100, retries=5)))


class Dead(unittest.TestCase):
    def judge(self, before=None, beside=None, bound=None):
        """Row 1 does not need the operator "dead", row 2 does."""
        truth, good = truth_and_record()
        truths = {1: dict(truth, operator="alive"), 2: dict(truth, operator="dead")}
        first = {1: {**good, **(before or {})}, 2: good}
        second = {1: {**good, **(beside or {})}, 2: {**good, **(bound or failure())}}
        with contextlib.redirect_stdout(io.StringIO()):
            return dead_operator.judge(truths, {}, "dead", first, second)

    def test_a_failure_of_the_operators_own_rows_is_right(self):
        self.assertEqual(self.judge(), [])

    def test_a_free_row_must_be_right_both_times_and_not_slower(self):
        self.assertTrue(self.judge(before=failure()))
        self.assertTrue(self.judge(beside=failure()))
        self.assertTrue(self.judge(beside=dict(duration=0.02 + dead_operator.TIMEOUT_SECONDS)))

    def test_silence_is_no_absence(self):
        self.assertTrue(self.judge(bound=dict(outcome="empty")))

    def test_an_operator_that_is_not_dead_shows_nothing(self):
        self.assertTrue(self.judge(bound=dict(duration=0.02)))

    def test_needs_are_found_in_levels_aliases_and_zones_above(self):
        truth, _ = truth_and_record()
        self.assertTrue(dead_operator.needs(truth, {}, truth["operator"]))
        for name in {level["name"] for level in truth["levels"]}:
            self.assertTrue(dead_operator.needs(truth, {name: "dead"}, "dead"))
        alias = dict(owner="x", kind="CNAME", target="www.cdn.example")
        levels = [dict(truth["levels"][0], chain=[alias])]
        aliased = dict(truth, levels=levels, unvalidated={})
        self.assertTrue(dead_operator.needs(aliased, {"cdn.example": "dead"}, "dead"))
        self.assertFalse(dead_operator.needs(aliased, {"other.example": "dead"}, "dead"))


if __name__ == "__main__":
    unittest.main()

"""Tests of the rig's judgement: the comparison with the truth sees every way to be wrong, and the
table says what was measured."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import unittest.mock

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "scripts")]

import compare_truth  # noqa: E402
import rig_report  # noqa: E402
import rig_runs  # noqa: E402
import rig_veth  # noqa: E402
import rig_world  # noqa: E402
from rig_world import Sample  # noqa: E402

TRUTHS = ["a.b,empty,,,,,,0,", "c.b,found,,,b,1,b,2,0 issue x|128 iodef y"]


def record(truth, **changes):
    """The record that TRUTHS[truth - 1] expects, changed."""
    base = {"row": truth, "name": "a.b", "outcome": "empty", "error_class": None,
            "error_at": None, "found_at": None, "depth": None, "rrset_owner": None,
            "caa": []}  # fmt: skip
    if truth == 2:
        caa = [{"flags": 0, "tag": "issue", "value": "x"},
               {"flags": 128, "tag": "iodef", "value": "y"}]  # fmt: skip
        base |= {"name": "c.b", "outcome": "found", "found_at": "b", "depth": 1,
                 "rrset_owner": "b", "caa": caa}  # fmt: skip
    return json.dumps(base | changes)


def compare(*records, lossy=False):
    with contextlib.redirect_stderr(io.StringIO()):
        return compare_truth.Comparison(lossy).run(records, TRUTHS)


class Comparison(unittest.TestCase):
    def test_equal_rows_are_right_in_any_order(self):
        comparison = compare(record(2), record(1))
        self.assertTrue(comparison.is_good())
        self.assertEqual(comparison.counts["right"], 2)

    def test_every_way_to_be_wrong_is_seen(self):
        second = record(2)
        turned = record(2, caa=list(reversed(json.loads(second)["caa"])))
        wrong = {"found_at": "c.b", "depth": 0, "rrset_owner": "c.b", "outcome": "empty",
                 "name": "x.b", "caa": [], "error_class": "servfail", "error_at": "b"}  # fmt: skip
        for other in [record(2, **{key: value}) for key, value in wrong.items()] + [turned]:
            comparison = compare(record(1), other)
            self.assertFalse(comparison.is_good())
            self.assertEqual(comparison.counts["wrong"], 1)

    def test_rows_that_are_missing_twice_or_unknown_are_seen(self):
        self.assertEqual(compare(record(1)).counts["missing"], 1)
        self.assertEqual(compare(record(1), record(2), record(2)).counts["twice"], 1)
        for records in ([record(1)], [record(1), record(2), record(2)],
                        [record(1), record(2), record(1, row=3)]):  # fmt: skip
            self.assertFalse(compare(*records).is_good())

    def test_a_timeout_is_no_mistake_where_datagrams_are_lost(self):
        failed = record(1, outcome="indeterminate", error_class="timeout", error_at="a.b")
        self.assertFalse(compare(failed, record(2)).is_good())
        comparison = compare(failed, record(2), lossy=True)
        self.assertTrue(comparison.is_good())
        self.assertEqual(comparison.counts["failed"], 1)
        servfail = record(1, outcome="indeterminate", error_class="servfail", error_at="a.b")
        self.assertFalse(compare(servfail, record(2), lossy=True).is_good())

    def test_nothing_is_not_good(self):
        self.assertFalse(compare_truth.Comparison().run([], []).is_good())


def sample(what, **values):
    base = {"seconds": 2, "user": 0.5, "system": 1.5, "queries": 1000, "replies": 1000}
    return Sample(what, **(base | values))


class Truths(unittest.TestCase):
    def test_rows_are_found_by_their_number(self):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("\n".join(["header", *TRUTHS, ""]))
            file.flush()
            truths = compare_truth.Truths(file.name)
        self.assertEqual(list(map(truths.__getitem__, range(len(truths)))), TRUTHS)


class Report(unittest.TestCase):
    def test_ratios_are_those_of_one_turn(self):
        references = [sample("R"), sample("R", seconds=1), sample("R", seconds=4)]
        samples = [sample("x", seconds=4), sample("x", seconds=2), sample("x", seconds=4)]
        self.assertEqual(rig_report.ratios(samples, references, rig_report.rate), 0.5)
        self.assertIsNone(rig_report.ratios(samples, [], rig_report.rate))

    def test_what_was_not_answered_counts_for_no_reference(self):
        self.assertEqual(rig_report.rate(sample("R", replies=500)), 250)
        self.assertEqual(rig_report.rate(sample("x", replies=500, names=900, scanner=True)), 500)

    def test_the_limit_is_who_is_busy(self):
        self.assertEqual(rig_report.limit([sample("x")]), "its core, 75% kernel")
        self.assertEqual(rig_report.limit([sample("x", cores=2, user=2, system=2)]),
                         "its 2 cores, 50% kernel")  # fmt: skip
        idle = sample("x", user=0.1, system=0.1, reflector=0.95)
        self.assertEqual(rig_report.limit([idle]), "the reflector (itself 10% busy)")
        idle.reflector = 0.2
        self.assertEqual(rig_report.limit([idle]), "waiting (10% busy, the reflector 20%)")

    def test_a_table_has_a_line_for_each_and_says_who_else_was_there(self):
        scan = sample("caascan", names=500, scanner=True, recorded=500, peak_mib=12, others=1.5,
                      judged={"right": 499, "failed": 1})  # fmt: skip
        lines = list(rig_report.table([sample("R", others=1.5), scan]))
        self.assertEqual([line.split()[0] for line in lines], ["what", "R", "caascan", "Not"])
        self.assertIn("500/500", lines[2])
        self.assertIn("499/500", lines[2])
        self.assertIn(" 4000.00 ", lines[2])  # us per name
        self.assertIn("1.5 cores", lines[3])

    def test_a_scanner_is_held_against_dnsperf(self):
        scan = sample("caascan", names=500, scanner=True)
        self.assertEqual(list(rig_report.against_dnsperf([sample("R"), scan])), [])
        samples = [sample("dnsperf", names=1000), scan]
        self.assertEqual(list(rig_report.against_dnsperf(samples)),
                         ["caascan: CPU per name 2.00 x dnsperf's"])  # fmt: skip

    def test_threads_are_held_against_one(self):
        samples = [sample("x", names=500, scanner=True),
                   sample("x, 2 threads", names=500, scanner=True, seconds=1)]  # fmt: skip
        self.assertEqual(list(rig_report.against_one_thread(samples)),
                         ["x, 2 threads: 2.00 x the names/s of one, 1.00 x the CPU time a name"])
        self.assertEqual(list(rig_report.against_one_thread(samples[:1])), [])

    def test_a_peak_is_foretold_within_a_share_or_some_mib(self):
        for peak, foretold, good in ((16, 19, True), (24, 19, False), (14, 19, False),
                                     (110, 100, True), (84, 100, False)):  # fmt: skip
            self.assertEqual(rig_report.is_foretold(peak, foretold), good, (peak, foretold))

    def test_rows_that_are_not_right_are_complained_of(self):
        scan = sample("x", names=10, scanner=True, recorded=10, judged={"right": 9, "failed": 1})
        self.assertIsNone(rig_report.complaint(scan))
        scan.judged["right"] = 8
        self.assertIn("NOT ALL RIGHT", rig_report.complaint(scan))
        scan.judged["right"], scan.recorded = 9, 9
        self.assertIn("NOT ALL RIGHT", rig_report.complaint(scan))
        self.assertIn("NOT ALL RIGHT", rig_report.complaint(sample("x", names=1, scanner=True)))
        self.assertIsNone(rig_report.complaint(sample("R")))


class World(unittest.TestCase):
    def test_cores_are_shared_only_where_there_are_too_few(self):
        self.assertEqual(rig_world.plan_cores({0, 1, 2, 3}, 1), ([0], [2, 3], False))
        self.assertEqual(rig_world.plan_cores({0, 1, 2, 3}, 2), ([0, 1], [2, 3], False))
        self.assertEqual(rig_world.plan_cores({0, 1, 2, 3}, 3), ([0, 1, 2], [2, 3], True))
        self.assertEqual(rig_world.plan_cores({4, 6}, 1), ([4], [6], False))
        self.assertEqual(rig_world.plan_cores({5}, 3), ([5], [5], True))

    def test_a_list_is_the_same_each_time(self):
        file = io.StringIO()
        rig_world.write_list(file, 1501)
        lines = file.getvalue().splitlines()
        self.assertEqual(lines[0], "name-1.tld1")
        self.assertEqual(lines[1500], "name-1501.tld1")
        self.assertEqual(len(set(lines)), 1501)

    def test_a_list_of_hosts_has_so_many_zones(self):
        file = io.StringIO()
        rig_world.write_list(file, 2000, 40)
        lines = file.getvalue().splitlines()
        self.assertEqual(len(set(lines)), 2000)
        self.assertEqual(len({line.partition(".")[2] for line in lines}), 40)

    def test_a_shuffled_list_has_the_same_names_in_one_order(self):
        texts = []
        for shuffled in (False, True, True):
            file = io.StringIO()
            rig_world.write_list(file, 3000, None, shuffled)
            texts.append(file.getvalue())
        self.assertEqual(texts[1], texts[2])
        plain, shuffled = texts[0].splitlines(), texts[1].splitlines()
        self.assertEqual(sorted(plain), sorted(shuffled))
        self.assertLess(sum(map(str.__eq__, plain, shuffled)), 100)

    def test_few_names_where_all_wait_for_one_another(self):
        self.assertEqual(rig_runs.lossy_names(10**6, 0, 100), 10**6)
        self.assertLess(rig_runs.lossy_names(10**6, 0.2, 100), 5000)
        self.assertEqual(rig_runs.lossy_names(10**6, 0.2, 10**6), 10**6)


class Veth(unittest.TestCase):
    def test_each_frame_that_was_dropped_counts_once(self):
        text = """Inter-|   Receive   |  Transmit
 face |bytes packets errs drop fifo frame compressed multicast|bytes packets errs drop fifo colls
    lo: 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9
  near: 9 9 0 1 0 0 0 0 9 9 0 20 0 0 0 0
   far: 9 9 0 300 0 0 0 0 9 9 0 1 0 0 0 0
"""
        self.assertEqual(rig_veth.dropped(text), 321)

    def test_cores_are_told_as_the_kernel_reads_them(self):
        self.assertEqual(rig_veth.core_mask(0), "00000001")
        self.assertEqual(rig_veth.core_mask(5), "00000020")
        self.assertEqual(rig_veth.core_mask(33), "00000002,00000000")

    def test_it_is_skipped_with_a_reason(self):
        with self.assertRaisesRegex(rig_veth.Missing, "no-such-program is not installed"):
            rig_veth.do(["no-such-program"], "step")
        with self.assertRaisesRegex(rig_veth.Missing, "^step: .*no-such-file"):
            rig_veth.do(["ls", "/no-such-file"], "step")
        rig = unittest.mock.Mock()
        rig.start_veth.side_effect = rig_veth.Missing("of this")
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            self.assertEqual(rig_runs.veth(rig), [])
        self.assertIn("veth: SKIPPED: of this", printed.getvalue())


class Killed(unittest.TestCase):
    def test_nothing_is_left_of_a_run_that_is_killed(self):
        for number in (signal.SIGTERM, signal.SIGKILL):
            with tempfile.TemporaryDirectory() as scratch:
                self.kill(scratch, number)

    def kill(self, scratch, number):
        command = [sys.executable, "-B", "-c", KILLED, scratch]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        with process.stdout:
            self.assertEqual(process.stdout.readline(), "ready\n")
            process.send_signal(number)
            process.wait()
        until = time.monotonic() + 20
        while os.listdir(scratch) and time.monotonic() < until:
            time.sleep(0.05)
        self.assertEqual(os.listdir(scratch), [])


# A run without its namespaces, which not every machine allows: its child ends some time after it.
KILLED = f"""
import os, sys, time
sys.path[:0] = [{os.path.join(HERE, "..", "..", "scripts")!r}]
from labworld import cage
run = os.path.join(sys.argv[1], "run")
os.mkdir(run)
with cage.removed_afterwards(run):
    if os.fork() == 0:
        for i in range(20):
            open(os.path.join(run, str(i)), "w").close()
            time.sleep(0.02)
        os._exit(0)
    print("ready", flush=True)
    time.sleep(60)
"""


if __name__ == "__main__":
    unittest.main()

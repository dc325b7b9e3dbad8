#!/usr/bin/env python3
"""Inside a lab that loses packets: scans its list with the default attempts, and compares.

usage: loss_survey.py CAASCAN

Every row must have one record, and of the rows whose servers behave 99.9 % must be as the truth
says; what is not right may be a failure, but no other answer. Exit codes: 0 all so, 1 not.
"""

import collections
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import compare  # noqa: E402

OPTIONS = "--rate 0 --server-rate 0 --timeout 0.5 --quiet"
RIGHT_SHARE = 0.999
RETRIES_SHARE = 0.1  # of all queries: fewer, and hardly anything was lost
FAULTS = {"refused", "dnssec_bogus"}


def is_healthy(truth):
    return truth["outcome"] != "invalid" and truth["error_class"] not in FAULTS


def only_unknown(record, keys):
    """Is all that differs what could not be found out about the zone?"""
    unknown = {"ns": [], "ds": "unknown"}
    return all(key in unknown and record[key] == unknown[key] for key in keys)


def weigh(truths, records):
    """Counts the healthy rows that are right, failed, or something else, and prints the latter."""
    counts = collections.Counter()
    for record in records:
        truth = truths[record["row"]]
        if not is_healthy(truth):
            continue
        keys = compare.differences(truth, record)
        failed = record["outcome"] == "indeterminate" or only_unknown(record, keys)
        counts["failed" if keys and failed else "other" if keys else "right"] += 1
        counts["recovered"] += any(note["kind"] == "recovered" for note in record["notes"])
        if keys:
            print(f"{record['name']}: {record['error_class'] or keys}")
    return counts


def is_good(counts, counters):
    """Was enough right, and enough lost?"""
    healthy = counts["right"] + counts["failed"] + counts["other"]
    right = counts["right"] >= RIGHT_SHARE * healthy > 0 and not counts["other"]
    return right and counters["retries"] > RETRIES_SHARE * counters["queries"]


def main():
    truths = compare.read_truth(os.environ["LAB_TRUTH"])
    with tempfile.TemporaryDirectory() as directory:
        out = os.path.join(directory, "out.zst")
        command = [sys.argv[1], "-i", os.environ["LAB_LIST"], "-o", out, *OPTIONS.split()]
        subprocess.run(command, check=True)
        records = list(compare.read_records(out))
        with open(out + ".meta.json", encoding="ascii") as file:
            counters = json.load(file)["counters"]
    whole = sorted(record["row"] for record in records) == sorted(truths)
    counts = weigh(truths, records)
    print(f"{len(records)} records for {len(truths)} rows; of those whose servers behave:")
    print(f"{dict(counts)}; {counters['queries']} queries, {counters['retries']} retries")
    return 0 if whole and is_good(counts, counters) else 1


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Scans the same world twice, the second time with one operator's servers silent, and compares.

usage: dead_operator.py CAASCAN [--names N] [--operator KEY]

Rows that need nothing of that operator must be right in both scans, and none of the SHARES of them
may take longer beside the dead servers than without, but for one time-out. Rows that do need it
must be recorded too, and no absence may be made of its silence. Exit codes: 0 all so, 1 not, 2 no
scan.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPTS = os.path.join(HERE, "..", "..", "scripts")
sys.path.insert(0, SCRIPTS)
sys.dont_write_bytecode = True

import compare  # noqa: E402
from labworld import dns  # noqa: E402

TIMEOUT_SECONDS = 0.5
OPTIONS = f"--rate 0 --server-rate 0 --timeout {TIMEOUT_SECONDS} --quiet --force"
SHARES = (0.5, 0.9, 0.999, 1)


def scan(options, world, out, *how):
    """Records by row."""
    command = f'"{options.caascan}" -i "$LAB_LIST" -o "{out}" {OPTIONS}'
    subprocess.run([os.path.join(SCRIPTS, "lab"), "--names", str(options.names), "--world", world,
                    *how, "--", "bash", "-c", command], check=True)  # fmt: skip
    records = list(compare.read_records(out))
    with open(out + ".meta.json", encoding="ascii") as file:
        row_count = json.load(file)["input"]["rows"]
    if sorted(record["row"] for record in records) != list(range(1, row_count + 1)):
        raise ValueError(f"{len(records)} records for {row_count} rows")
    return {record["row"]: record for record in records}


def operators_of(world):
    with open(os.path.join(world, "world.json"), encoding="utf-8") as file:
        zones = json.load(file)["zones"]
    return {origin: key for key, origins in zones.items() for origin in origins}


def needs(truth, operators, dead):
    """Does the row need servers of the operator: for a level, an alias, or a zone above?"""
    levels = truth["levels"]
    names = {level["name"] for level in levels}
    names |= {alias["target"] for level in levels for alias in level["chain"]}
    every = {up for name in names for up in (name, *dns.ancestors(name))}
    return truth["operator"] == dead or any(operators.get(name) == dead for name in every)


def wrong(truth, record):
    return compare.differences(truth, record)


def durations(records, rows):
    """What so many of the rows took at most, in seconds, for each of SHARES."""
    sorted_all = sorted(records[row]["duration"] for row in rows)
    return [sorted_all[max(0, round(share * len(rows)) - 1)] for share in SHARES]


def made_absence(truth, record):
    """Was a lookup that failed taken for a denial?"""
    return record["outcome"] != "indeterminate" and bool(wrong(truth, record))


def judge(truths, operators, dead, before, beside):
    """Returns what is wrong, as text."""
    known = [row for row in truths if truths[row]["outcome"] != "invalid"]
    free = [row for row in known if not needs(truths[row], operators, dead)]
    bound = [row for row in known if row not in set(free)]
    bad = [f"{records[row]['name']}: {key}"
           for records in (before, beside) for row in free
           for key in wrong(truths[row], records[row])]  # fmt: skip
    bad += [f"{beside[row]['name']}: absence" for row in bound
            if made_absence(truths[row], beside[row])]  # fmt: skip
    lost = sum(beside[row]["outcome"] == "indeterminate" for row in bound)
    print(f"{len(free)} rows without {dead}, {len(bound)} with it, of which {lost} failed")
    if not free or 2 * lost <= len(bound):
        bad.append("nothing was compared")
    for share, then, now in zip(SHARES, durations(before, free), durations(beside, free)):
        print(f"  {share:6.1%} of the first took up to {then:.3f} s, beside it {now:.3f} s")
        if now > then + TIMEOUT_SECONDS:
            bad.append(f"slower: {share:.1%}")
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("caascan")
    parser.add_argument("--names", type=int, default=2000)
    parser.add_argument("--operator", default="parkhaus")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        world = os.path.join(directory, "world")
        out = os.path.join(directory, "out.zst")
        try:
            before = scan(options, world, out)
            beside = scan(options, world, out, "--dead", options.operator)
        except (OSError, ValueError, subprocess.CalledProcessError) as error:
            print(f"dead_operator: {error}", file=sys.stderr)
            return 2
        truths = compare.read_truth(os.path.join(world, "truth.ndjson"))
        bad = judge(truths, operators_of(world), options.operator, before, beside)
    for text in bad[:20]:
        print(text)
    print(f"{len(bad)} wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

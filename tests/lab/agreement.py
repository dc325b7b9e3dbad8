#!/usr/bin/env python3
"""Compares two scans of one lab, of different modes, row by row.

usage: agreement.py RECORDS RECORDS TRUTH [--show N]

Rows with a fault are left out: there a resolver hides the cause, and only it validates. Exit codes:
0 the scans agree on all others, 1 they do not, 2 unreadable.
"""

import argparse
import sys

from compare import caa_set, chain, read_records, read_truth

PLAIN = ("rank", "input", "name", "wildcard", "outcome", "error_class", "error_at", "exists", "own",
         "found_at", "depth", "rrset_owner")  # fmt: skip


def has_fault(truth):
    return truth["error_class"] not in (None, "qname_invalid") or bool(truth["unvalidated"])


def essence(record):
    """What any mode must find, as {key: comparable value}."""
    found = {key: record[key] for key in PLAIN}
    found["chain"] = chain(record["chain"])
    found["caa"] = caa_set(record["caa"])
    found["levels"] = [(level["name"], level["outcome"], chain(level["chain"]))
                       for level in record["levels"]]  # fmt: skip
    return found


def read_essences(path):
    records = {record["row"]: record for record in read_records(path)}
    return {row: (record["mode"], essence(record)) for row, record in records.items()}


def disagreements(rows, scans):
    """One line for every key of every row in which the scans differ."""
    for row in rows:
        if any(row not in scan for scan in scans):
            yield f"row {row}: not in both scans"
            continue
        (mode, first), (other_mode, second) = (scan[row] for scan in scans)
        for key in first:
            if first[key] != second[key]:
                yield (f"row {row} {first['input']!r} {key}: {mode} {first[key]!r}, "
                       f"{other_mode} {second[key]!r}")  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description="Compares two scans of one lab.")
    parser.add_argument("records", nargs=2)
    parser.add_argument("truth")
    parser.add_argument("--show", type=int, default=20, metavar="N", help="how many to list")
    options = parser.parse_args()
    try:
        truths = read_truth(options.truth)
        scans = [read_essences(path) for path in options.records]
    except (OSError, ValueError, KeyError) as error:
        print(f"agreement: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    rows = [row for row, truth in truths.items() if not has_fault(truth)]
    found = list(disagreements(rows, scans))
    for line in found[: options.show]:
        print(line)
    modes = [" and ".join(sorted({mode for mode, _ in scan.values()})) for scan in scans]
    print(f"{len(rows)} rows without fault of {len(truths)}, {modes[0]} against {modes[1]}: "
          f"{len(found)} differences")  # fmt: skip
    return 1 if found or not rows or modes[0] == modes[1] else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Compares the records of a scan of the synthetic world with what `reflector --truth` printed.

usage: compare_truth.py RECORDS TRUTH [--lossy] [--show N]

Every row of the truth must have exactly one record, equal in outcome, error class, level, depth,
owner and the CAA set in its order. With --lossy a row may also have failed with `timeout`, which is
counted; it may not be missing or wrong. Exit codes: 0 so it is, 1 not.
"""

import argparse
import array
import json
import mmap
import subprocess
import sys


def records_of(path):
    """The lines of a record file, as they stand there."""
    with subprocess.Popen(["zstdcat", path], stdout=subprocess.PIPE, text=True) as reader:
        yield from reader.stdout
        if reader.wait() != 0:
            raise SystemExit(f"compare_truth: {path} can't be read")


def row_of(record):
    """A record in the form of a truth row."""
    found = record["outcome"] == "found"
    caa = "|".join(f"{c['flags']} {c['tag']} {c['value']}" for c in record["caa"])
    cells = (record["name"], record["outcome"], record["error_class"], record["error_at"],
             record["found_at"], record["depth"] if found else None, record["rrset_owner"],
             len(record["caa"]), caa)  # fmt: skip
    return ",".join("" if cell is None else str(cell) for cell in cells)


class Comparison:
    """What became of the rows: right, failed (only where lossy), wrong, missing, twice."""

    def __init__(self, lossy=False, show=5):
        self.lossy = lossy
        self.show = show
        self.counts = dict.fromkeys(("rows", "right", "failed", "wrong", "missing", "twice"), 0)

    def complain(self, kind, text):
        self.counts[kind] += 1
        if self.show > 0:
            self.show -= 1
            print(f"{kind}: {text}", file=sys.stderr)

    def judge(self, truth, record):
        row = row_of(record)
        if row == truth:
            self.counts["right"] += 1
        elif self.lossy and record["error_class"] == "timeout":
            self.counts["failed"] += 1
        else:
            self.complain("wrong", f"{row} instead of {truth}")

    def run(self, records, truths):
        """records: lines of NDJSON; truths: a sequence of rows in the list's order."""
        seen = bytearray(len(truths) + 1)
        self.counts["rows"] = len(truths)
        for line in records:
            record = json.loads(line)
            row = record["row"]
            if not 1 <= row <= len(truths):
                self.complain("wrong", f"no row {row} in the list")
            elif seen[row]:
                self.complain("twice", truths[row - 1])
            else:
                seen[row] = 1
                self.judge(truths[row - 1], record)
        for row in (i for i in range(1, len(truths) + 1) if not seen[i]):
            self.complain("missing", truths[row - 1])
        return self

    def is_good(self):
        counts = self.counts
        return counts["rows"] > 0 and counts["right"] + counts["failed"] == counts["rows"] and not (
            counts["wrong"] or counts["missing"] or counts["twice"]
        )  # fmt: skip


class Truths:
    """The rows of a file, by their number from 0, without the header. Of ten million rows only the
    places are kept."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.text = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.begins = array.array("Q")
        while self.text.readline():
            self.begins.append(self.text.tell())

    def __len__(self):
        return len(self.begins) - 1

    def __getitem__(self, i):
        return self.text[self.begins[i] : self.begins[i + 1] - 1].decode("ascii")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("records")
    parser.add_argument("truth")
    parser.add_argument("--lossy", action="store_true")
    parser.add_argument("--show", type=int, default=5, metavar="N")
    options = parser.parse_args()
    comparison = Comparison(options.lossy, options.show)
    comparison.run(records_of(options.records), Truths(options.truth))
    print(" ".join(f"{key} {value}" for key, value in comparison.counts.items()))
    sys.exit(0 if comparison.is_good() else 1)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Inside a lab with hostile zones: scans its list and holds every record against what must be.

usage: hostile_survey.py CAASCAN CAAREPORT --memory MIB

Whatever the authorities do: the scan ends well, every row has one record of the schema's form,
healthy rows equal the truth, hostile ones end as their kind allows, nobody is sent more queries for
a row than its bounds say, and memory stays below the given peak. Exit codes: 0 all so, 1 not.
"""

import argparse
import collections
import json
import os
import re
import resource
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.join(HERE, "..", "..")
sys.path.insert(0, os.path.join(PROJECT, "scripts"))
sys.dont_write_bytecode = True

import compare  # noqa: E402
from labworld import dns, hostile  # noqa: E402

OPTIONS = "--rate 0 --server-rate 0 --timeout 0.3 --attempts 3 --in-flight 100 --quiet"


def source(path):
    with open(os.path.join(PROJECT, path), encoding="utf-8") as file:
        return file.read()


def schema_keys():
    table = source("include/caascan/schema.h").split("#define CAASCAN_KEYS(X)")[1]
    return re.findall(r"X\((\w+),", table.split("#define")[0])


def sends_bound():
    return int(re.search(r"ITERATE_SENDS_MAX (\d+)u", source("scanner/core/iterate.h"))[1])


class Judge:
    """Collects what is wrong, and prints the first of each sort."""

    def __init__(self, show=10):
        self.show = show
        self.wrong = collections.Counter()

    def check(self, good, sort, text):
        if good:
            return
        self.wrong[sort] += 1
        if self.wrong[sort] <= self.show:
            print(f"{sort}: {text}")


def ending(record, site):
    """How a hostile row ended, in the words of OUTCOMES."""
    if record["outcome"] != "found":
        return record["error_class"] or record["outcome"]
    own = [dns.caa_split(value) for value in hostile.OWN_SET]
    found = [(caa["flags"], caa["tag"], caa["value"]) for caa in record["caa"]]
    is_own = found == [(flags, tag.decode(), value.decode()) for flags, tag, value in own]
    return "own" if is_own and record["found_at"] == site.name else "found"


def judge_hostile(judge, record, site, truths):
    allowed = hostile.OUTCOMES[site.kind]
    ended = ending(record, site)
    if allowed == {"target"}:
        truth = truths[site.targets[0]]["levels"][0]
        level = record["levels"][0]
        judge.check((level["outcome"], level["chain"][1:]) == (truth["outcome"], truth["chain"]),
                    "outcome", f"{site.name}: {level}, not as {truth}")  # fmt: skip
    elif "any" not in allowed:
        judge.check(ended in allowed, "outcome", f"{site.name}: {ended}, not of {sorted(allowed)}")
    bound = sends_bound() * (len(record["levels"]) + len(record["control"]))
    judge.check(record["queries"] <= bound, "queries", f"{site.name}: {record['queries']}")
    return ended


def judge_healthy(judge, record, truth):
    for key in compare.differences(truth, record):
        judge.check(False, f"healthy {key}", f"{record['name']}: {record[key]!r}")


def judge_lines(judge, lines, world, row_count):
    """Judges all records; returns the sum of their queries."""
    keys = schema_keys()
    truth_rows = compare.read_truth(os.path.join(world, "truth.ndjson"))
    truths = {truth["name"]: truth for truth in truth_rows.values()}
    sites = {site.name: site for site in hostile.read(os.path.join(world, "hostile.jsonl"))}
    rows, ends, queries, most = collections.Counter(), collections.Counter(), 0, {}
    for line in lines:
        record = json.loads(line)
        judge.check(list(record) == keys and line.isascii(), "form", line[:200])
        judge.check(b"poisoned" not in line, "poisoned", line[:200])
        rows[record["row"]] += 1
        queries += record["queries"]
        if record["row"] in truth_rows:
            judge_healthy(judge, record, truth_rows[record["row"]])
            continue
        site = sites[record["name"]]
        ends[site.kind, judge_hostile(judge, record, site, truths)] += 1
        most[site.kind] = max(most.get(site.kind, 0), record["queries"])
    judge.check(rows == collections.Counter(range(1, row_count + 1)), "rows",
                f"{rows.total()} records, {len(rows)} rows of {row_count}")  # fmt: skip
    judge.check({kind for kind, _ in ends} == set(hostile.OUTCOMES), "kinds", "not all were asked")
    for kind in hostile.OUTCOMES:
        ended = ", ".join(f"{n} {end}" for (of, end), n in sorted(ends.items()) if of == kind)
        print(f"  {kind}: {ended}; at most {most.get(kind, 0)} queries")
    return queries


def scan(caascan, out):
    """Returns (exit code, peak of memory in MiB)."""
    command = [caascan, "-i", os.environ["LAB_LIST"], "-o", out, *OPTIONS.split()]
    code = subprocess.run(command).returncode
    return code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("caascan")
    parser.add_argument("caareport")
    parser.add_argument("--memory", type=int, required=True, metavar="MIB")
    options = parser.parse_args()
    judge = Judge()
    world = os.environ["LAB_WORLD"]
    with open(os.path.join(world, "world.json"), encoding="utf-8") as file:
        row_count = json.load(file)["rows"]
    with tempfile.TemporaryDirectory() as directory:
        out = os.path.join(directory, "out.zst")
        code, peak = scan(options.caascan, out)
        judge.check(code == 0, "exit", f"caascan: {code}")
        lines = subprocess.run(["zstd", "-dcq", out], stdout=subprocess.PIPE).stdout.splitlines()
        queries = judge_lines(judge, lines, world, row_count)
        with open(out + ".meta.json", encoding="ascii") as file:
            metadata = json.load(file)
        report = [options.caareport, out, "-o", os.path.join(directory, "report")]
        code = subprocess.run(report, stdout=subprocess.DEVNULL).returncode
        judge.check(code == 0, "exit", f"caareport: {code}")
    counted = metadata["counters"]["queries"]
    judge.check(queries == counted, "sum of queries", f"{queries} in records, {counted} counted")
    judge.check(peak <= options.memory, "memory", f"{peak:.0f} MiB")
    print(f"{len(lines)} records, {queries} queries, {peak:.0f} MiB at most; "
          f"wrong: {dict(judge.wrong) or 'nothing'}")  # fmt: skip
    return 1 if judge.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

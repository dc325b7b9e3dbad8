#!/usr/bin/env python3
"""Plays every scenario of a file live: the lab with the servers that misbehave, and caascan in it.

usage: play_scenarios.py MODE CAASCAN SCENARIOS [--options TEXT] [--left-out N]

MODE is iterate or resolver. Scenarios share one root; those that put something there have a lab of
their own. All three searches are compared. --options is what caascan is told besides. With --left-out, so many rows and no more are ones that
the mode can't show. Exit codes: 0 all as expected, 1 some differ, 2 no scan.
"""

import argparse
import collections
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPTS = os.path.join(HERE, "..", "..", "scripts")
sys.path.insert(0, SCRIPTS)
sys.dont_write_bytecode = True

import scenario_records  # noqa: E402
from compare import read_records  # noqa: E402
from labworld import faults  # noqa: E402

OPTIONS = "--rate 0 --semantics all --quiet --force"
# A resolver may take minutes before it gives up on a silent server: it is not waited for.
WAITS = {
    "iterate": "--server-rate 0 --timeout 0.3 --attempts 4",
    "resolver": '--resolvers "$LAB_RESOLVERS" --timeout 3 --attempts 2 --no-control',
}


def uses_root(scenario):
    return any(zone["origin"] == "." for zone in scenario["zones"])


def scan(told, scenarios, directory):
    """Records of the scenarios, by row."""
    path, out = os.path.join(directory, "rows.jsonl"), os.path.join(directory, "out.zst")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(scenario) + "\n" for scenario in scenarios)
    command = (f'"{told.caascan}" -i "$LAB_LIST" -o "{out}" {OPTIONS} {WAITS[told.mode]} '
               f'{told.options}')  # fmt: skip
    subprocess.run([os.path.join(SCRIPTS, "lab"), "--faults", path, "--world",
                    os.path.join(directory, "world"), "--", "bash", "-c", command],
                   check=True)  # fmt: skip
    records = list(read_records(out))
    if sorted(record["row"] for record in records) != list(range(1, len(scenarios) + 1)):
        raise ValueError(f"{len(records)} records for {len(scenarios)} scenarios")
    return {record["row"]: record for record in records}


def judge(scenarios, records):
    """Prints what differs and what is left out; counts rows."""
    counts = collections.Counter()
    for number, scenario in enumerate(scenarios, 1):
        record = records[number]
        why = scenario_records.left_out(scenario, record["mode"])
        if why:
            print(f"{scenario['id']} left out: {why}")
            counts["left out"] += 1
            continue
        keys = scenario_records.differences(scenario, record)
        for key in keys:
            print(scenario_records.shown(scenario, record, key))
        counts["different" if keys else "equal"] += 1
    return counts


def main():
    parser = argparse.ArgumentParser(description="Plays scenarios live.")
    parser.add_argument("mode", choices=sorted(WAITS))
    parser.add_argument("caascan")
    parser.add_argument("scenarios")
    parser.add_argument("--options", default="", metavar="TEXT", help="more options of caascan")
    parser.add_argument("--left-out", type=int, metavar="N", help="how many rows are left out")
    options = parser.parse_args()
    every = faults.read(options.scenarios)
    counts = collections.Counter()
    for part in (False, True):
        scenarios = [scenario for scenario in every if uses_root(scenario) == part]
        if not scenarios:
            continue
        with tempfile.TemporaryDirectory() as directory:
            try:
                records = scan(options, scenarios, directory)
            except (OSError, ValueError, subprocess.CalledProcessError) as error:
                print(f"play_scenarios: {error}", file=sys.stderr)
                return 2
        counts += judge(scenarios, records)
    print(f"{len(every)} scenarios, {options.mode}: {counts['equal']} as expected, "
          f"{counts['different']} differ, {counts['left out']} left out")  # fmt: skip
    wrong_number = options.left_out not in (None, counts["left out"])
    return 1 if counts["different"] or wrong_number or not counts["equal"] else 0


if __name__ == "__main__":
    sys.exit(main())

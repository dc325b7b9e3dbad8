#!/usr/bin/env python3
"""Counts the tables of a report again from the records, and compares them cell by cell.

usage: recount.py [--sample] [--rank-bands] RECORDS... REPORT_DIR

Prints each cell that differs: table, row, column, what was counted here, what the report has. Exit
codes: 0 equal, 1 different, 2 the report has a table that is not known here.
"""
import argparse
import csv
import pathlib
import re
import sys

import scans
import tables

SHOWN = 40
IDENTITY = ("scan_id", "mode", "vantage", "prefix")


def safe(text):
    """A text as a cell has it: what a spreadsheet would run, blanks apart, has an apostrophe."""
    return "'" + text if re.match(r"(?: |\\009)*[=+@-]", text) else text


def agrees(ours, theirs):
    if ours is None:
        return theirs == ""
    if isinstance(ours, float):
        try:
            return abs(float(theirs) - ours) <= 0.5000001e-6 * max(1.0, abs(ours) * 1e-3) and (
                len(theirs.partition(".")[2]) == 6)
        except ValueError:
            return False
    if hasattr(ours, "allows"):
        return ours.allows(theirs)
    return theirs == (safe(ours) if isinstance(ours, str) else str(ours))


def text_of(cell):
    return "" if cell is None else safe(cell) if isinstance(cell, str) else str(cell)


def expected(name, all_scans, options):
    count = tables.TABLES[name][1]
    extra = {"adoption_by_rank": {"bands": options.rank_bands},
             "adoption_by_operator": {"sample": options.sample},
             "adoption_by_tld": {"sample": options.sample},
             "adoption_over_time": {"all_scans": all_scans}}.get(name, {})
    rows = {}
    for scan in all_scans:
        head = {"scan_id": scan.scan, "date": scan.date, "mode": scan.mode,
                "vantage": scan.vantage, "prefix": scan.prefix}
        for row in count(scan, **extra):
            row = head | row
            rows[key_of(keys_of(name), row)] = row
    return rows


def keys_of(name):
    """The columns that name a row of a table of a report."""
    return (*IDENTITY, *tables.TABLES[name][0])


def key_of(keys, row):
    return tuple(text_of(row[key]) for key in keys)


def compare(keys, path, ours):
    """Yields (row key, column, ours, theirs) for all that differs in a table."""
    with open(path, newline="", encoding="ascii") as file:
        theirs = list(csv.DictReader(file))
    seen = set()
    for row in theirs:
        key = tuple(row[column] for column in keys)
        if key in seen:
            yield key, "*", "one row", "another row"
        seen.add(key)
        if key not in ours:
            yield key, "*", "no row", dict(list(row.items())[len(IDENTITY) + 1:])
            continue
        mine = ours[key]
        if set(mine) != set(row):
            yield key, "*", sorted(set(mine) - set(row)), sorted(set(row) - set(mine))
        for column in mine:
            if column in row and not agrees(mine[column], row[column]):
                yield key, column, mine[column], row[column]
    for key in ours.keys() - seen:
        yield key, "*", "a row", "no row"


def show(name, differences):
    """Prints what differs in a table, and says how many cells it is."""
    differences = list(differences)
    for key, column, ours, theirs in differences[:SHOWN]:
        print(f"{name}: {'/'.join(key)}: {column}: counted {text_of(ours)}, report {theirs}")
    if len(differences) > SHOWN:
        print(f"{name}: {len(differences) - SHOWN} more differences")
    return len(differences)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("records", nargs="+")
    parser.add_argument("report", type=pathlib.Path)
    parser.add_argument("--sample", action="store_true")
    parser.add_argument("--rank-bands", action="store_true")
    options = parser.parse_args()

    found = {path.stem: path for path in options.report.glob("*.csv")}
    all_scans = scans.read(options.records)
    unknown, missing = found.keys() - tables.TABLES.keys(), tables.TABLES.keys() - found.keys()
    differing = 0
    for name in sorted(found.keys() & tables.TABLES.keys()):
        ours = expected(name, all_scans, options)
        differing += show(name, compare(keys_of(name), found[name], ours))
    rows = sum(len(scan.rows) for scan in all_scans)
    print(f"{rows} records, {len(found)} tables, {differing} differences")
    if unknown or missing or not rows:
        print(f"not counted here: {sorted(unknown)}; not in the report: {sorted(missing)}")
        sys.exit(2)
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()

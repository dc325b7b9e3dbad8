#!/usr/bin/env python3
"""Compares exported tables with the records that they were made from, cell by cell.

check_export.py DIR FILE: what stands in the record must stand in the tables as it is; what is worked
out is worked out here once more where that is short.
"""
import csv
import json
import pathlib
import re
import subprocess
import sys

KEY = ("scan", "row", "prefix", "pass")
SAME = ("mode vantage rank input name wildcard outcome error_class error_at error_name exists own "
        "found_at depth rrset_owner zone set_zone dnssec ds ad queries retries timestamp").split()
LEVEL = "name outcome rcode source age server protocol attempts ad dnssec".split()
GRAMMAR = re.compile(r"[ \t]*([A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*)?[ \t]*(?:;.*)?")


def cell(value):
    """A value of a record as a cell has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return "'" + text if re.match(r"[ \t]*[=+@-]", text) else text


def key_of(record):
    return tuple(cell(record[name]) for name in KEY)


def table(folder, name):
    with open(pathlib.Path(folder, name + ".csv"), newline="", encoding="ascii") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        if None in row or None in row.values():
            sys.exit(f"{name}.csv: a row has not as many cells as the header")
    return rows


def require(name, row, column, expected):
    if row[column] != expected:
        print(f"{name}.csv, row {row['row']}: {column} is {row[column]!r}, not {expected!r}")


def check_name(row, record):
    for column in SAME:
        require("names", row, column, cell(record[column]))
    require("names", row, "aliases", cell(len(record["chain"])))
    require("names", row, "caa_records", cell(len(record["caa"])))
    require("names", row, "duration", f"{record['duration']:.6f}")
    require("names", row, "tld", (record["name"] or "").split(".")[-1])
    require("names", row | {"notes": " ".join(sorted(row["notes"].split()))}, "notes",
            " ".join(sorted({note["kind"] for note in record["notes"]})))
    probes = [probe for probe in record["control"] if probe["type"] == "A"]
    require("names", row, "a_probed", cell(bool(probes)))
    if row["registrable_domain"]:
        require("names", row, "public_suffix", row["registrable_domain"].partition(".")[2])


def check_record(row, record, position):
    item = record["caa"][position]
    require("records", row, "position", str(position + 1))
    unsplit = ("tag", "value", "rdata_error") if row["property"] == "malformed" else ()
    for column in ("flags", "tag", "value", "ttl", "rdata_error", "rdata"):
        if item["rdata"] is not None or column not in unsplit:
            require("records", row, column, cell(item[column]))
    for column in ("name", "found_at", "rrset_owner"):
        require("records", row, column, cell(record[column]))
    if item["flags"] is not None:
        require("records", row, "critical", cell(item["flags"] >= 128))
    if row["property"] in ("issue", "issuewild") and not row["value_error"]:
        require("records", row, "issuer", (GRAMMAR.match(item["value"])[1] or "").lower())


def check_level(row, record, number):
    level = record["levels"][number]
    require("levels", row, "level", str(number))
    for column in LEVEL:
        require("levels", row, column, cell(level[column]))
    require("levels", row, "ede", " ".join(map(str, level["ede"])))
    require("levels", row, "aliases", str(len(level["chain"])))
    require("levels", row, "tried", str(len(level["tried"])))


def check_parts(folder, name, records, part, check):
    rows = table(folder, name)
    expected = [(record, at) for record in records for at in range(len(record[part]))]
    if len(rows) != len(expected):
        print(f"{name}.csv: {len(rows)} rows, not {len(expected)}")
    for row, (record, at) in zip(rows, expected):
        if tuple(row[column] for column in KEY) != key_of(record):
            print(f"{name}.csv: row {row['row']} stands in the place of {key_of(record)}")
        check(row, record, at)


def main():
    folder, file = sys.argv[1:]
    dump = subprocess.run(["caareport", "dump", file], capture_output=True, check=True)
    records = [json.loads(line) for line in dump.stdout.splitlines()]
    rows = table(folder, "names")
    if [tuple(row[column] for column in KEY) for row in rows] != [key_of(r) for r in records]:
        print("names.csv has not the rows of the records, in their order")
    for row, record in zip(rows, records):
        check_name(row, record)
    check_parts(folder, "records", records, "caa", check_record)
    check_parts(folder, "levels", records, "levels", check_level)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Writes the static tables of the CAA library as C, from the CSV files in datasets/.

usage: caa_tables.py IDENTIFIERS PROPERTIES METHODS ORGANISATIONS OUTPUT
"""
import csv
import os
import re
import sys

LDH_NAME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
TAG = re.compile(r"[a-z0-9]+")
METHOD = re.compile(r"[a-z0-9-]+")
STATUS = re.compile(r"[a-z_]+")
TEXT = re.compile(r"[ -~]+")


def column(row, name, pattern, path):
    """The cell, once it has the shape that the C source relies on."""
    cell = row[name]
    if cell is None or not pattern.fullmatch(cell):
        sys.exit(f"{path}: {name} is not usable: {cell!r}")
    return cell


def read_sorted(path, key, pattern):
    with open(path, encoding="ascii", newline="") as file:
        rows = list(csv.DictReader(file))
    keys = [column(row, key, pattern, path) for row in rows]
    if len(set(keys)) != len(keys):
        sys.exit(f"{path}: {key} is not unique")
    return sorted(rows, key=lambda row: row[key])


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def table(declaration, lines):
    return [f"const {declaration} = {{", *(f"    {line}," for line in lines), "};", ""]


def issuers(path):
    lines = []
    for row in read_sorted(path, "identifier", LDH_NAME):
        operator = column(row, "ca_operator", TEXT, path)
        status = column(row, "status", STATUS, path).upper()
        lines.append(f"{{{quoted(row['identifier'])}, {quoted(operator)}, CAA_ISSUER_{status}}}")
    return table("struct caa_issuer caa_tables_issuers[]", lines), len(lines)


def properties(path):
    lines = []
    for row in read_sorted(path, "tag", TAG):
        kind = "RESERVED" if row["meaning"] == "Reserved" else row["tag"].upper()
        lines.append(f"{{{quoted(row['tag'])}, CAA_PROPERTY_{kind}}}")
    return table("struct caa_tables_property caa_tables_properties[]", lines), len(lines)


def methods(path):
    rows = read_sorted(path, "label", METHOD)
    lines = [quoted(row["label"]) for row in rows if row["status"] == "registered"]
    return table("char *const caa_tables_methods[]", lines), len(lines)


def organisations(path, identifiers):
    """Every operator must be one of the table of identifiers, spelt alike."""
    with open(identifiers, encoding="ascii", newline="") as file:
        known = {row["ca_operator"] for row in csv.DictReader(file)}
    lines = []
    for row in read_sorted(path, "organisation", TEXT):
        if row["ca_operator"] not in known:
            sys.exit(f"{path}: {row['ca_operator']!r} is no operator of {identifiers}")
        lines.append(f"{{{quoted(row['organisation'])}, {quoted(row['ca_operator'])}}}")
    return table("struct caa_tables_organisation caa_tables_organisations[]", lines), len(lines)


def main():
    if len(sys.argv) != 6:
        sys.exit(__doc__.strip())
    sources, output = sys.argv[1:5], sys.argv[5]
    names = ", ".join(f"datasets/{os.path.basename(path)}" for path in sources)
    text = [f"/* Made by scripts/caa_tables.py from {names}. */", '#include "caa_tables.h"', ""]
    for make, path, name in zip(
        (issuers, properties, methods, lambda path: organisations(path, sources[0])),
        sources, ("issuer", "property", "method", "organisation")
    ):
        lines, count = make(path)
        text += lines + [f"const size_t caa_tables_{name}_count = {count};", ""]
    with open(output, "w", encoding="ascii") as file:
        file.write("\n".join(text[:-1]) + "\n")


if __name__ == "__main__":
    main()

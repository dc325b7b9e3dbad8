#!/usr/bin/env python3
"""Writes the tables of DNS operators and of internationalised country-code TLDs as C.

usage: operator_tables.py OPERATORS CCTLDS OUTPUT
"""
import csv
import os
import re
import sys

NAME = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
PATTERN = re.compile(rf"{NAME}|[a-z0-9-]+\*")
OPERATOR = re.compile(r"[A-Z][ -!#-\[\]-~]*|[a-z]+[A-Z][A-Za-z]*")
CCTLD = re.compile(r"xn--[a-z0-9-]+")


def rows_of(path, key, pattern):
    with open(path, encoding="ascii", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if not pattern.fullmatch(row[key] or ""):
            sys.exit(f"{path}: {key} is not usable: {row[key]!r}")
    if len({row[key] for row in rows}) != len(rows):
        sys.exit(f"{path}: {key} is not unique")
    return sorted(rows, key=lambda row: row[key])


def table(declaration, lines):
    return [f"const {declaration} = {{", *(f"    {line}," for line in lines), "};", ""]


def operators(path):
    """Exact registrable domains, and beginnings of them; operators never look like a domain."""
    exact, prefixes = [], []
    for row in rows_of(path, "pattern", PATTERN):
        if not OPERATOR.fullmatch(row["operator"] or ""):
            sys.exit(f"{path}: operator is not usable: {row['operator']!r}")
        beginning = row["pattern"].rstrip("*")
        line = f'{{"{beginning}", "{row["operator"]}"}}'
        (prefixes if row["pattern"].endswith("*") else exact).append(line)
    return exact, prefixes


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__.strip())
    exact, prefixes = operators(sys.argv[1])
    cctlds = [f'"{row["tld"]}"' for row in rows_of(sys.argv[2], "tld", CCTLD)]
    names = ", ".join(f"datasets/{os.path.basename(path)}" for path in sys.argv[1:3])
    text = [
        f"/* Made by scripts/operator_tables.py from {names}. */",
        '#include "operator_tables.h"',
        "",
        *table("struct operator_alias operator_tables_exact[]", exact),
        f"const size_t operator_tables_exact_count = {len(exact)};",
        "",
        *table("struct operator_alias operator_tables_prefixes[]", prefixes),
        f"const size_t operator_tables_prefix_count = {len(prefixes)};",
        "",
        *table("char *const operator_tables_cctlds[]", cctlds),
        f"const size_t operator_tables_cctld_count = {len(cctlds)};",
    ]
    with open(sys.argv[3], "w", encoding="ascii") as file:
        file.write("\n".join(text) + "\n")


if __name__ == "__main__":
    main()

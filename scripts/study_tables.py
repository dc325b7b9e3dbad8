#!/usr/bin/env python3
"""Writes the figures of earlier studies as a C table.

usage: study_tables.py FIGURES OUTPUT
"""
import csv
import json
import os
import sys

TEXTS = ("key", "published_as", "published", "date", "published_population", "read", "comment")


def line_of(row):
    words = ", ".join(f"STUDY_{kind}_{row[kind.lower()].upper()}"
                      for kind in ("METRIC", "POPULATION"))
    texts = ", ".join(json.dumps(row[name]) for name in TEXTS)
    return f"    {{STUDY_{row['study']}, {words}, {texts}}},"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.strip())
    with open(sys.argv[1], encoding="ascii", newline="") as file:
        rows = list(csv.DictReader(file))
    text = [
        f"/* Made by scripts/study_tables.py from datasets/{os.path.basename(sys.argv[1])}. */",
        '#include "study_figures.h"',
        "",
        "const struct study_figure study_figures[] = {",
        *map(line_of, rows),
        "};",
        "",
        f"const size_t study_figure_count = {len(rows)};",
    ]
    with open(sys.argv[2], "w", encoding="ascii") as file:
        file.write("\n".join(text) + "\n")


if __name__ == "__main__":
    main()

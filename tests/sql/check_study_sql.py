#!/usr/bin/env python3
"""Counts a scan by the definitions of earlier studies in DuckDB, beside `caareport --as`.

usage: check_study_sql.py [--npm DIR] CAAREPORT {RECORDS... | --seed N}

Exit codes: 0 equal, 1 different, 77 no DuckDB.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

import check_sql
import duckdb_client

KEYS = (*check_sql.recount.IDENTITY, "metric", "key", "population", "published")
QUERY = (check_sql.HERE / "study/as_study.sql").read_text()


def check(study, folder, options):
    """How many cells of a study's table differ."""
    done = subprocess.run([options.caareport, "--as", study, *options.records, "-o", folder])
    if done.returncode not in (0, 4):
        sys.exit(f"caareport --as {study}: exit code {done.returncode}")
    setup = f"{check_sql.setup(options)}\nSET VARIABLE study = {duckdb_client.quoted(study)};"
    name = f"as_{study.lower()}"
    counted = duckdb_client.tables(setup, {name: QUERY}, options.npm, check_sql.SOURCE)[name]
    differing = check_sql.differences(name, KEYS, counted, folder)
    print(f"{name}: {len(counted)} rows, {differing} differences")
    return differing + (not counted)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("caareport")
    parser.add_argument("records", nargs="*", type=pathlib.Path)
    parser.add_argument("--seed", help="make the records, as tests/recount does")
    parser.add_argument("--npm", type=pathlib.Path, metavar="DIR")
    options = parser.parse_args()
    options.sample = options.rank_bands = False
    duckdb_client.require(options.npm)
    with tempfile.TemporaryDirectory() as scratch:
        if options.seed:
            options.records = [check_sql.made_records(options.seed, scratch)]
        wrong = sum(check(study, pathlib.Path(scratch, study), options) for study in ("S18", "N23"))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Counts the tables of a report again in DuckDB, by the SQL beside this file.

usage: check_sql.py [--npm DIR] [--sample] [--rank-bands] [--table NAME]... RECORDS... REPORT_DIR

Prints each cell that differs: table, row, column, what SQL counted, what the report has. Exit
codes: 0 equal, 1 different, 2 the report lacks a table or has one that SQL does not know, 77 no
DuckDB.
"""
import argparse
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
sys.path[:0] = [str(HERE.parent / "recount"), str(HERE.parent / "readers")]
import domains  # noqa: E402
import duckdb_client  # noqa: E402
import recount  # noqa: E402
import scans  # noqa: E402
import tables  # noqa: E402

# Run in this order; every other file is the query of a table.
SETUP = ("names", "values", "oddities")
QUERIES = {path.stem: path.read_text() for path in sorted(HERE.glob("*.sql"))
           if path.stem not in SETUP}
OPEN = "(open)"
quoted = duckdb_client.quoted


def literal(value):
    return "NULL" if value is None else str(value) if isinstance(value, (int, float)) else quoted(value)


def make_table(name, columns, rows):
    rows = ",\n".join(f"({', '.join(map(literal, row))})" for row in rows)
    return f"CREATE TABLE {name} AS SELECT * FROM (VALUES {rows}) AS t ({columns});"


def suffix_rules():
    """The list of the project in A-labels."""
    for kind, rules in (("exact", domains.RULES), ("exception", domains.EXCEPTIONS)):
        for labels in rules:
            if labels[-1] == "*":
                yield "wildcard", ".".join(reversed(labels[:-1]))
            else:
                yield kind, ".".join(reversed(labels))


def metadata_of(paths):
    """What the first file of each scan says of itself in its head."""
    seen = {}
    for path in paths:
        head = scans.metadata_of(path)
        source = head.get("input") or {}
        seen.setdefault(head.get("scan", ""), (
            (source.get("path") or "").rpartition("/")[2], source.get("rows"),
            "--all-nameservers" in (head.get("argv") or [])))
    return [(scan, *cells) for scan, cells in seen.items()]


def setup(options):
    paths = ", ".join(quoted(path.resolve()) for path in options.records)
    return "\n".join([
        (SOURCE / "analysis/caascan.sql").read_text(),
        f"CREATE TABLE record AS SELECT * FROM caascan([{paths}]);",
        f"SET VARIABLE sample = {options.sample}; SET VARIABLE rank_bands = {options.rank_bands};",
        make_table("metadata", "scan, list, rows, compared", metadata_of(options.records)),
        make_table("suffix_rule", "kind, domain", suffix_rules()),
        *((HERE / f"{name}.sql").read_text() for name in SETUP)])


def cell_of(column, value, row):
    """A cell as the comparison wants it: what is left open agrees with anything."""
    if value == OPEN:
        return tables.ANY
    if column == "top_set_hash" and value is not None:
        return tables.SetHash(value)
    if column.startswith("distinct_") and row.get("distinct_exact") == "no" and isinstance(
            value, int) and column != "distinct_operators":
        return tables.estimate(value)
    if column == "count" and row.get("exact") == "false":
        return tables.estimate(value)
    return value


def differences(name, keys, counted, folder):
    """Prints how a table differs from what was counted, and says how many cells do."""
    rows = {}
    for row in counted:
        row = {column: cell_of(column, value, row) for column, value in row.items()}
        if rows.setdefault(recount.key_of(keys, row), row) is not row:
            sys.exit(f"{name}.sql gives a row twice: {recount.key_of(keys, row)}")
    return recount.show(name, recount.compare(keys, folder / f"{name}.csv", rows))


def made_records(seed, folder):
    """Records of a scan that never was, as tests/recount makes them."""
    path = pathlib.Path(folder, "world.zst")
    subprocess.run([sys.executable, "-B", HERE.parent / "recount/world.py", path, "--seed", seed],
                   check=True)
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("records", nargs="+", type=pathlib.Path)
    parser.add_argument("report", type=pathlib.Path)
    parser.add_argument("--npm", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--sample", action="store_true")
    parser.add_argument("--rank-bands", action="store_true")
    parser.add_argument("--table", action="append", choices=sorted(QUERIES))
    options = parser.parse_args()

    duckdb_client.require(options.npm)
    wanted = {name: QUERIES[name] for name in options.table or QUERIES}
    counted = duckdb_client.tables(setup(options), wanted, options.npm, SOURCE)
    differing = cells = 0
    for name, found in counted.items():
        differing += differences(name, recount.keys_of(name), found, options.report)
        cells += sum(map(len, found))
    unknown = {path.stem for path in options.report.glob("*.csv")} ^ QUERIES.keys()
    print(f"{len(counted)} tables, {cells} cells, {differing} differences")
    if unknown or not cells:
        sys.exit(2)
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()

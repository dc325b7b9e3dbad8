#!/usr/bin/env python3
"""Loads the tables of `caareport export` into DuckDB by their export.sql, and checks every cell.

usage: check_export_sql.py [--npm DIR] CAAREPORT {RECORDS... | --seed N}

What DuckDB has loaded is what stands in the CSV files; the columns are those of
caareport-export(5), and those that records have too are of the types of the macro caascan; what is
worked out is what the SQL in export/ works out of the records. Exit codes: 0 right, 1 wrong, 77 no
DuckDB.
"""
import argparse
import csv
import io
import pathlib
import re
import subprocess
import sys
import tempfile

import check_sql
import duckdb_client

TABLES = ("names", "records", "levels")
# Words whose order the manual leaves open.
SORTED = {"lints", "notes"}
SHOWN = 20


def types_of(table):
    return f"SELECT column_name, column_type FROM (DESCRIBE {table})"


def promised(table):
    """The columns that caareport-export(5) describes, those of all tables first."""
    text = (check_sql.SOURCE / "analysis/caareport-export.5").read_text()
    found = re.findall(r"^\.SH (.*)\n([^\0]*?)(?=^\.SH |\Z)", text, re.M)
    sections = {name.strip(): body for name, body in found}
    parts = sections["COLUMNS OF ALL TABLES"], sections[f"COLUMNS OF {table.upper()}.CSV"]
    words = re.findall(r"^\.TP\n\.B (.*)$", "".join(parts), re.M)
    return {word for line in words for word in line.split(", ")}


def safe(value):
    """A text as a cell has it."""
    return check_sql.recount.safe(value) if isinstance(value, str) else value


def in_order(row):
    """A row with its texts as cells and its words sorted; no text and none at all are the same."""
    return {column: (" ".join(sorted(value.split())) if column in SORTED else safe(value))
            if isinstance(value, str) and value else None if value == "" else value
            for column, value in row.items()}


def agrees(text, value):
    """Is a cell of a CSV file what DuckDB made of it?"""
    if value is None or text == "":
        return text == "" and value in (None, "")
    if isinstance(value, bool):
        return text == str(value).lower()
    if isinstance(value, (int, float)):
        return float(text) == value
    if re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]*Z", text):
        seconds, _, fraction = text.replace("T", " ").rstrip("Z").partition(".")
        return value == ".".join(filter(None, (seconds, fraction.rstrip("0"))))
    return text == value


def csv_rows(folder, table):
    path = next(folder.glob(f"{table}.csv*"))
    text = subprocess.run(["zstdcat", "-f", path], check=True, stdout=subprocess.PIPE).stdout
    return list(csv.DictReader(io.StringIO(text.decode("ascii"), newline="")))


def loaded_differences(table, written, loaded):
    if len(written) != len(loaded):
        yield f"{len(written)} rows, DuckDB has {len(loaded)}"
    for cells, row in zip(written, loaded):
        for column, text in cells.items():
            if not agrees(text, row[column]):
                yield f"row {row['row']}: {column}: {text!r} is {row[column]!r} in DuckDB"


def key_of(row):
    return tuple(row.get(k) for k in ("scan", "row", "prefix", "pass", "position", "level"))


def counted_differences(table, loaded, counted):
    counted = {key_of(row): row for row in counted}
    if counted.keys() != {key_of(row) for row in loaded}:
        yield "other rows than the records have"
        return
    for row in loaded:
        ours = in_order(counted[key_of(row)])
        for column, value in in_order(row).items():
            if column == "value_error" and value is not None:
                value = "yes"
            if value != (ours[column] if ours[column] != "" else None) and column != "prefix":
                yield f"row {row['row']}: {column}: counted {ours[column]!r}, export {value!r}"


def type_differences(table, loaded, counted, types):
    columns = {row["column_name"] for row in types[table]}
    if columns != promised(table):
        yield f"other columns than the manual has: {sorted(columns ^ promised(table))}"
    ours = {row["column_name"]: row["column_type"] for row in types[f"{table}_counted"]}
    for row in types[table]:
        name, kind = row["column_name"], row["column_type"]
        if kind != ours[name] and {kind, ours[name]} != {"INTEGER", "BIGINT"}:
            yield f"{name} is {kind}, counted from records {ours[name]}"


def check(folder, options):
    """How many differences there are in a folder of exported tables."""
    queries = {name: (check_sql.HERE / f"export/export_{name}.sql").read_text() for name in TABLES}
    wanted = {f"{name}_types": types_of(name) for name in TABLES}
    wanted |= {f"{name}_counted": query for name, query in queries.items()}
    wanted |= {f"{name}_counted_types": types_of(f"({query})") for name, query in queries.items()}
    wanted |= {name: f"SELECT * FROM {name}" for name in TABLES}
    setup = [f"SET file_search_path = {duckdb_client.quoted(f'{folder},{check_sql.SOURCE}')};",
             check_sql.setup(options), (folder / "export.sql").read_text()]
    found = duckdb_client.tables("\n".join(setup), wanted, options.npm, folder)
    types = {name.removesuffix("_types"): rows for name, rows in found.items()
             if name.endswith("_types")}
    wrong = 0
    for table in TABLES:
        loaded, counted = found[table], found[f"{table}_counted"]
        differences = [*loaded_differences(table, csv_rows(folder, table), loaded),
                       *counted_differences(table, loaded, counted),
                       *type_differences(table, loaded, counted, types)]
        for text in differences[:SHOWN]:
            print(f"{table}: {text}")
        wrong += len(differences)
        print(f"{table}: {len(loaded)} rows of {len(types[table])} columns, "
              f"{len(differences)} differences")
        wrong += not loaded
    return wrong


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
        wrong = 0
        for form in [], ["--zstd"]:
            folder = pathlib.Path(scratch, "flat" + "".join(form))
            done = subprocess.run([options.caareport, "export", *options.records, "-o", folder,
                                   *form])
            if done.returncode not in (0, 4):
                sys.exit(f"caareport export: exit code {done.returncode}")
            wrong += check(folder, options)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()

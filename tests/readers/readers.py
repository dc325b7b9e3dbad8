#!/usr/bin/env python3
"""readers.py READER RECORDS: checks that a common tool reads a record file as it was meant.

Each reader sums the file up; what Python's json module makes of zstdcat's output is the measure.
READER is pzstd, jq or duckdb, or json for the measure itself: every key, in the order of schema.h.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

import duckdb_client

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
JQ = """
reduce inputs as $r ({rows: 0, outcomes: {}, caa: 0, levels: 0, queries: 0};
    .rows += 1 | .outcomes[$r.outcome] += 1 | .caa += ($r.caa | length)
    | .levels += ($r.levels | length) | .queries += $r.queries)
"""


def schema():
    """Yields (key, DuckDB type) as include/caascan/schema.h has them."""
    text = (SOURCE / "include/caascan/schema.h").read_text()
    table = text.split("#define CAASCAN_KEYS(X)", 1)[1].split("#define", 1)[0]
    for key, pieces in re.findall(r'X\((\w+), ((?:"[^"]*"[\s\\]*)+)\)', table):
        yield key, "".join(re.findall(r'"([^"]*)"', pieces))


def output(*command, stdin=None):
    return subprocess.run(command, stdin=stdin, check=True, stdout=subprocess.PIPE).stdout


def summarise(lines):
    summary = {"rows": 0, "outcomes": {}, "caa": 0, "levels": 0, "queries": 0}
    for line in lines:
        record = json.loads(line)
        summary["rows"] += 1
        outcome = record["outcome"]
        summary["outcomes"][outcome] = summary["outcomes"].get(outcome, 0) + 1
        summary["caa"] += len(record["caa"])
        summary["levels"] += len(record["levels"])
        summary["queries"] += record["queries"]
    return summary


def read_json(records):
    lines = output("zstdcat", records).splitlines()
    keys = [key for key, _ in schema()]
    for line in lines:
        if list(json.loads(line)) != keys or not line.isascii():
            sys.exit(f"not dense, or not ASCII: {line!r}")
    return summarise(lines)


def read_pzstd(records):
    return summarise(output("pzstd", "-q", "-d", "-c", "-p", "4", records).splitlines())


def read_jq(records):
    with subprocess.Popen(["zstdcat", records], stdout=subprocess.PIPE) as zstdcat:
        return json.loads(output("jq", "-n", JQ, stdin=zstdcat.stdout))


def read_duckdb(records):
    """The working directory is the one where npm has put DuckDB, or could not (npm_ci)."""
    duckdb_client.require(".")
    source = f"caascan({duckdb_client.quoted(records)})"
    macro = (SOURCE / "analysis/caascan.sql").read_text()
    found = duckdb_client.tables(macro, {
        "columns": f"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {source})",
        "records": f"SELECT * FROM {source}",
        "outcomes": f"SELECT outcome, count(*) AS n FROM {source} GROUP BY outcome",
        "sums": f"""SELECT count(*) AS rows, CAST(sum(len(caa)) AS BIGINT) AS caa,
                    CAST(sum(len(levels)) AS BIGINT) AS levels,
                    CAST(sum(queries) AS BIGINT) AS queries FROM {source}"""}, ".")
    columns = [(column["column_name"], column["column_type"].replace('"', ""))
               for column in found["columns"]]
    if columns != list(schema()):
        sys.exit(f"the macro's columns are not those of schema.h:\n{columns}\n{list(schema())}")
    compare_records(records, found["records"])
    return found["sums"][0] | {"outcomes": {row["outcome"]: row["n"] for row in found["outcomes"]}}


def compare_records(records, found):
    """Every cell that DuckDB has read is the one of the file; the order of rows is not promised."""
    expected = [json.loads(line) for line in output("zstdcat", records).splitlines()]
    for record in expected:  # A TIMESTAMP has neither T nor Z, and no zeros at its end.
        record["timestamp"] = record["timestamp"].replace("T", " ").rstrip("Z")
    for record in found:
        day, _, fraction = record["timestamp"].partition(".")
        record["timestamp"] = f"{day}.{fraction:0<3}"
    if in_order(expected) != in_order(found):
        sys.exit("DuckDB's records are not those of the file")


def in_order(records):
    return sorted(json.dumps(record, sort_keys=True) for record in records)


def main():
    reader, records = sys.argv[1], sys.argv[2]
    expected = read_json(records)
    if min(expected[key] for key in ("rows", "caa", "levels", "queries")) == 0:
        sys.exit(f"this file tests nothing: {expected}")
    found = {"json": read_json, "pzstd": read_pzstd, "jq": read_jq, "duckdb": read_duckdb}[reader](
        records)
    print(f"{os.path.basename(records)}: {found}")
    if found != expected:
        sys.exit(f"expected {expected}")


if __name__ == "__main__":
    main()

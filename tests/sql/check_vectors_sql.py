#!/usr/bin/env python3
"""Holds the lints and the policies that the SQL works out against the sets of vectors.jsonl.

usage: check_vectors_sql.py [--npm DIR] VECTORS

Exit codes: 0 equal, 1 different, 77 no DuckDB.
"""
import argparse
import json
import pathlib
import sys
import tempfile

import check_sql
import check_vectors
import duckdb_client

sys.path.append(str(check_sql.HERE.parent / "golden/report"))
import make_records  # noqa: E402

QUERY = """
WITH oddities AS (
    SELECT id, list(DISTINCT lint) AS lints
    FROM (SELECT id, lint FROM record_lint UNION SELECT id, lint FROM set_lint) GROUP BY id)
SELECT "row", coalesce(any_value(lints), []) AS lints,
       max(policy) FILTER (kind = 'issue') AS issue, max(policy) FILTER (kind = 'wild') AS wild,
       max(policy) FILTER (kind = 'mail') AS mail, max(policy) FILTER (kind = 'vmc') AS vmc
FROM listed LEFT JOIN oddities USING (id) JOIN meaning USING (id) GROUP BY "row"
"""


def record_of(number, vector):
    """A record of a name that has the set of a vector."""
    caa = [check_vectors.record_of(*pair) | {"ttl": 300}
           for pair in zip(vector["rrset"], vector["expect"]["records"])]
    return make_records.record_of({"name": "set.example", "set": [], "caa": caa}, number, "vectors")


def differences(vector, found):
    lints = set(found["lints"]) - check_vectors.BY_TABLE
    if lints != set(vector["expect"]["lints"]):
        yield f"lints {sorted(lints)}, expected {vector['expect']['lints']}"
    for kind, word in vector["expect"]["policy"].items():
        if found[kind] != word:
            yield f"{kind}: {found[kind]}, expected {word}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("vectors", type=pathlib.Path)
    parser.add_argument("--npm", type=pathlib.Path, metavar="DIR")
    options = parser.parse_args()
    options.sample = options.rank_bands = False
    duckdb_client.require(options.npm)
    vectors = [json.loads(line) for line in options.vectors.read_text().splitlines()]
    with tempfile.TemporaryDirectory() as scratch:
        options.records = [pathlib.Path(scratch, "vectors.zst")]
        lines = (make_records.line_of(record_of(*each)) for each in enumerate(vectors, 1))
        options.records[0].write_bytes(make_records.announced(
            make_records.zstd_frame(b"".join(lines))))
        found = duckdb_client.tables(check_sql.setup(options), {"sets": QUERY}, options.npm,
                                     check_sql.SOURCE)["sets"]
    found = {row["row"]: row for row in found}
    wrong = 0
    for number, vector in enumerate(vectors, 1):
        for text in differences(vector, found[number]):
            print(f"{vector['id']}: {text}")
            wrong += 1
    print(f"{len(found)} sets, {wrong} differences")
    sys.exit(1 if wrong or not found else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Makes the tables of `caareport diff`, `mpic`, `certs` and `shadow` again in DuckDB, by the SQL
in compare/.

usage: check_compare_sql.py [--npm DIR] CAAREPORT {diff | mpic | certs | shadow} {RECORDS... | --seed N --rows N}

Prints each cell that differs. Exit codes: 0 equal, 1 different, 77 no DuckDB.
"""
import argparse
import datetime
import json
import pathlib
import subprocess
import sys
import tempfile

import check_sql
import compare_worlds
import duckdb_client

FOLDER = check_sql.HERE / "compare"
CERT = ("name", "issuer", "not_before", "wildcard")
# What a file rests on, beside views.sql.
BEFORE = {"certs": ["certs_list"], "diff": ["diff_pairs", "order"],
          "shadow": ["shadow_pairs", "order"]}
# The columns that name a row of each table.
KEYS = {
    "diff": {"names": ("name",), "churn": ("name",), "operators": ("operator",),
             "summary": ("metric",), "transitions": ("class", "from_set", "to_set"),
             "events": ("operator", "class", "from_set", "to_set")},
    "certs": {"certs": CERT, "removals": ("name", "ca_operator", "kind", "from_seen_at"),
              "certs_vs_caa": ("ca_operator",), "lag": ("ca_operator", "kind", "was"),
              "before_after": ("ca_operator", "before", "after", "set_changed_between"),
              "allowed_used": ("allowed", "used")},
    # One scan, on standard output.
    "certs_once": {"certs_each": (*CERT, "seen_at"), "certs_vs_caa": ("ca_operator",)},
    "shadow": {"names": ("name",), "shadowing": ("content", "kind"), "summary": ("metric",)},
    "mpic": {"names": ("name", "ca"), "vantages": ("remote_vantage",), "summary": ("metric",)},
}
# Vantages, the first for the primary; two of them are near each other, and one is nobody knows where.
PLACES = [("berlin", "RIPE NCC", 52.5, 13.4), ("dallas", "ARIN", 32.8, -96.8),
          ("tokyo", "APNIC", 35.7, 139.7), ("prague", "RIPE NCC", 50.1, 14.4),
          ("lagos", "AFRINIC", None, None), ("quito", "LACNIC", -0.2, -78.5),
          ("sydney", "APNIC", -33.9, 151.2)]
# Days of the rule, how many scans there are, and a CA or none; --kind and --failures-permit.
RULES = [("2026-12-15", 6, (), "issue", False), ("2026-12-15", 7, (), "wild", True),
         ("2026-06-15", 4, (), "mail", False), ("2026-03-15", 4, (), "issue", True),
         ("2025-12-01", 3, (), "vmc", False), ("2025-04-01", 3, (), "issue", False),
         ("2024-01-01", 2, (), "issue", False), (None, 5, (), "issue", False),
         ("2026-12-15", 6, ("sectigo.com", "comodoca.com"), "issue", True),
         ("2026-12-15", 6, ("ca.example",), "wild", False)]


def run(options, *words):
    done = subprocess.run([options.caareport, *words], stdout=subprocess.PIPE)
    if done.returncode not in (0, 4):
        sys.exit(f"caareport {words[0]}: exit code {done.returncode}")
    return done.stdout


def compare(options, folder, *words):
    run(options, options.command, *words, "-o", folder, "--quiet")


def scan_ids(paths):
    return [check_sql.scans.metadata_of(path)["scan"] for path in paths]


def setup(options, file, more="", variables=()):
    side = check_sql.make_table("side", "side, scan_id", enumerate(scan_ids(options.records)))
    settings = (f"SET VARIABLE {name} = {variables[name]};" for name in variables)
    files = ["views", *BEFORE.get(file, []), file]
    return "\n".join([check_sql.setup(options), side, more, *settings,
                      *((FOLDER / f"{name}.sql").read_text() for name in files)])


def check(options, folder, script, which=None):
    """How many cells of the tables in a folder differ."""
    which = which or options.command
    keys = KEYS[which]
    queries = {path.stem: path.read_text() for path in (FOLDER / which).glob("*.sql")}
    if {path.stem for path in folder.glob("*.csv")} != queries.keys() or queries.keys() != keys.keys():
        sys.exit("other tables than SQL has")
    counted = duckdb_client.tables(script, queries, options.npm, check_sql.SOURCE)
    differing = sum(check_sql.differences(name, keys[name], counted[name], folder) for name in keys)
    cells = sum(len(row) for rows in counted.values() for row in rows)
    print(f"{which}: {len(keys)} tables, {cells} cells, {differing} differences")
    return differing + (not all(counted.values()))


def make_diff(options, scratch):
    """Two scans, most of whose names both have."""
    twins, rows = compare_worlds.first_rows(options.seed, options.rows)
    old, new = twins.scan(rows, 0.95), twins.scan(map(twins.later, rows), 0.95)
    return [compare_worlds.write(scratch / "old.zst", old, "old"),
            compare_worlds.write(scratch / "new.zst", new, "new",
                                 timestamp="2026-04-01T12:00:00.000Z")]


def check_diff(options, scratch):
    options.records = options.records or make_diff(options, scratch)
    compare(options, scratch / "out", *options.records)
    return check(options, scratch / "out", setup(options, "diff"))


def make_mpic(options, scratch):
    """One list as seven vantages see it; most see most names alike."""
    twins, rows = compare_worlds.first_rows(options.seed, options.rows, set_size=5)
    for row in rows:
        if "error" in row:
            level = compare_worlds.make_records.level_of(row.get("error_at", row["name"]), "failed")
            row["levels"] = [level | {"attempts": twins.pick((1, 3))}]
    for vantage, *_ in PLACES:
        seen = [twins.later(row) if twins.chance(0.3) else row for row in rows]
        yield compare_worlds.write(scratch / f"{vantage}.zst", twins.scan(seen, 0.98),
                                   f"scan-{vantage}", vantage=vantage)


def check_mpic(options, scratch):
    wrong, all_records = 0, options.records or list(make_mpic(options, scratch))
    vantages = scratch / "vantages.csv"
    vantages.write_text("".join(",".join("" if cell is None else str(cell) for cell in row) + "\n"
                                for row in [("vantage", "rir", "lat", "lon"), *PLACES]))
    places = check_sql.make_table("vantage_place", "vantage, rir, lat, lon", PLACES)
    for number, (day, count, ca, kind, failures) in enumerate(RULES):
        options.records = all_records[:count]
        words = ["--date", day] if day else []
        words += ["--ca", ",".join(ca)] if ca else []
        words += ["--failures-permit"] if failures else []
        compare(options, scratch / f"out{number}", *options.records, "--vantages", vantages, "--kind",
                kind, *words)
        variables = {"rule_date": check_sql.literal(day), "kind": check_sql.literal(kind),
                     "ca": f"[{', '.join(map(check_sql.literal, ca))}]::VARCHAR[]",
                     "failures_permit": failures}
        script = setup(options, "mpic", places, variables)
        wrong += check(options, scratch / f"out{number}", script)
    return wrong


def make_certs_scans(options, scratch):
    """One list as four scans see it, forty days apart, the earliest not first."""
    twins, rows = compare_worlds.first_rows(options.seed, options.rows, set_size=5)
    scans = []
    for number in range(4):
        day = datetime.datetime(2026, 1, 1) + datetime.timedelta(days=40 * number)
        for row in rows:
            seen = day + datetime.timedelta(seconds=twins.random.randint(0, 90000))
            row["timestamp"] = seen.strftime("%Y-%m-%dT%H:%M:%S.250Z")
        scans.append(compare_worlds.write(scratch / f"scan{number}.zst", twins.scan(rows, 0.9),
                                          f"scan{number}"))
        rows = [twins.later(row) if twins.chance(0.6) else dict(row) for row in rows]
    return [scans[1], scans[0], *scans[2:]]


def seen_names(options):
    """(name, identifiers in its sets, times of its records). Records of a name that have the time of
    another can't be told apart by their rows, so such names are left out."""
    issuers, times = {}, {}
    for path in options.records:
        for line in run(options, "dump", path).splitlines():
            record = json.loads(line)
            times.setdefault(record["name"], []).append(record["timestamp"][:19])
            issuers.setdefault(record["name"], []).extend(
                (item["value"] or "").split(";")[0].strip().lower() for item in record["caa"])
    known = check_sql.tables.values.IDENTIFIERS
    return [(name, [word for word in issuers[name] if word in known],
             [datetime.datetime.fromisoformat(text) for text in times[name]])
            for name in sorted(filter(None, issuers)) if len({*times[name]}) == len(times[name])]


def check_certs(options, scratch):
    options.records = options.records or make_certs_scans(options, scratch)
    certs, first = scratch / "certs.csv", options.records[0]
    compare_worlds.write_certs(certs, options.seed or 1, seen_names(options))
    wrong = 0
    for number, until in enumerate((None, "2026-04-15T00:00:00Z")):
        compare(options, scratch / f"out{number}", certs, *options.records,
                *(["--until", until] if until else []))
        variables = {"certs": check_sql.quoted(certs), "until": check_sql.literal(until)}
        wrong += check(options, scratch / f"out{number}", setup(options, "certs", "", variables))
    options.records, once = [first], scratch / "once"
    once.mkdir()
    (once / "certs_vs_caa.csv").write_bytes(run(options, "certs", certs, first))
    (once / "certs_each.csv").write_bytes(run(options, "certs", certs, first, "--each"))
    return wrong + check(options, once, setup(options, "certs", "", variables), "certs_once")


def make_shadow(options, scratch):
    """One scan that has names above its names, with like sets and other ones."""
    twins, rows = compare_worlds.first_rows(options.seed, options.rows)
    above = [twins.later(row | {"name": row["name"].split(".", 1)[1]} | {"depth": 0, "alias": None})
             if twins.chance(0.7) else twins.row_of(row["name"].split(".", 1)[1])
             for row in rows if row["name"].count(".") > 1]
    return [compare_worlds.write(scratch / "scan.zst", twins.scan(rows + above, 1), "scan")]


def check_shadow(options, scratch):
    options.records = (options.records or make_shadow(options, scratch))[:1]
    compare(options, scratch / "out", *options.records)
    return check(options, scratch / "out", setup(options, "shadow"))


CHECKS = {"shadow": check_shadow, "diff": check_diff, "mpic": check_mpic, "certs": check_certs}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("caareport")
    parser.add_argument("command", choices=CHECKS)
    parser.add_argument("records", nargs="*", type=pathlib.Path)
    parser.add_argument("--seed", type=int, help="make the records")
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--npm", type=pathlib.Path, metavar="DIR")
    options = parser.parse_args()
    options.sample = options.rank_bands = False
    duckdb_client.require(options.npm)
    with tempfile.TemporaryDirectory() as scratch:
        sys.exit(1 if CHECKS[options.command](options, pathlib.Path(scratch)) else 0)


if __name__ == "__main__":
    main()

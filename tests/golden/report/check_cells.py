#!/usr/bin/env python3
"""Compares the tables of a report with the names that `caareport names` prints for their cells.

check_cells.py REPORT FILE...: for every cell that counts names, or registrable domains, and that
conditions can name, the number of names printed must be the figure in the cell.
"""
import csv
import functools
import pathlib
import subprocess
import sys

PARTS = {
    "direct": "own", "via_alias": "via_alias", "at_ancestor_intermediate": "ancestor_intermediate",
    "at_ancestor_regdom": "ancestor_regdom",
    "at_ancestor_public_suffix": "ancestor_public_suffix", "at_tld": "ancestor_tld",
    "at_ancestor_via_alias": "ancestor_via_alias", "none": "none",
    "indeterminate": "indeterminate", "invalid": "invalid", "skipped": "skipped",
}
OUTCOMES = ("found", "empty", "indeterminate", "invalid", "skipped")
POLICIES = ("unrestricted", "allow_list", "deny_all", "deny_all_critical")


def summary(row):
    metric = row["metric"]
    if metric in OUTCOMES:
        yield "count", [f"outcome={metric}"]
    for word in ("exists", "part", "note", "dnssec"):
        if metric.startswith(word + "_"):
            yield "count", [f"{word}={metric[len(word) + 1:]}"]


def adoption_by_rank(row):
    ranks = [f"rank={row['bucket_lo']}-{row['bucket_hi']}"] if row["bucket_lo"] else []
    yield "any", ranks + ["outcome=found"]
    yield "not_existing", ranks + ["exists=no"]
    for column, part in PARTS.items():
        yield column, ranks + [f"part={part}"]


def adoption_by_tld(row):
    yield "names", [f"tld={row['tld']}"]
    yield "names_any", [f"tld={row['tld']}", "outcome=found"]
    yield "n", [f"tld={row['tld']}"]
    yield "any", [f"tld={row['tld']}", "outcome=found"]


def tags(row):
    yield "names", [f"tag={row['tag']}"]
    yield "critical_names", [f"critical-tag={row['tag']}"]


def ca_share(row):
    key = "ca" if row["by"] == "identifier" else "ca-operator"
    what = f"{key}.{row['property']}={row[row['by']]}"
    yield "names", [what]
    yield "exclusive_names", ["only-" + what]


def ca_set_size(row):
    kind = {"issue": "issue", "issuewild": "wild", "issuemail": "mail", "issuevmc": "vmc"}
    kind = kind[row["property"]]
    if row["policy"] != "allow_list":
        yield "names", [f"policy.{kind}={row['policy']}"]
    else:
        yield "names", [f"set-size.{kind}={row['k'].rstrip('+')}"]


def params(row):
    yield "names", [f"param={row['parameter']}"]


def iodef(row):
    yield "names", [f"iodef={row['scheme']}"]


def with_top(row, column, top, condition):
    """A figure, and how much of it falls to its largest operator."""
    yield column, [condition]
    if row[top]:
        yield top + "_names", [condition, f"operator={row[top]}"]


def lints(row):
    yield from with_top(row, "names", "top_operator", f"lint={row['lint']}")


def parsers(row):
    yield from with_top(row, "names", "top_operator", f"rule={row['rule']}")


def ns_consistency(row):
    yield from with_top(row, "names", "operator_top", f"differs={row['kind']}")


def algorithm_diff(row):
    yield from with_top(row, "verdict_changed", "operator_top", f"verdict-changed={row['pair']}")


def dnssec(row):
    condition = f"{row['by']}={row['status']}"
    yield "all_names", [condition]
    yield "caa_names", [condition, "outcome=found"]
    yield "indeterminate", [condition, "outcome=indeterminate"]


def policy(row):
    for word in POLICIES:
        yield word, [f"policy.{row['kind']}={word}"]


def climb(row):
    yield "names", [f"depth={row['depth']}", f"part={row['via']}"]


def errors(row):
    condition = f"class={row['class']}"
    yield from with_top(row, "names", "operator_top", condition)
    for word in ("exception_possible", "must_not_issue", "only_if_not_checked", "unknown"):
        yield "br_" + word, [condition, f"br={word}"]


TABLES = (summary, adoption_by_rank, adoption_by_tld, tags, ca_share, ca_set_size, params, iodef,
          lints, parsers, policy, climb, errors, ns_consistency, algorithm_diff, dnssec)


def plain(cell):
    return cell[1:] if cell.startswith("'") else cell


@functools.cache
def names(conditions, files):
    words = [word for condition in conditions for word in ("--where", condition)]
    done = subprocess.run(["caareport", "names", "--threads", "1", *words, *files],
                          capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{conditions}: exit code {done.returncode}: {done.stderr}")
    return list(csv.DictReader(done.stdout.splitlines()))


def check(table, row, files):
    """Returns the number of cells looked at."""
    row = {key: plain(cell) for key, cell in row.items()}
    count = 0
    for column, conditions in table(row):
        if row[column] == "":
            continue
        printed = names(tuple(conditions), tuple(files))
        if row["unit"] == "registrable_domain" and not column.startswith("names"):
            printed = [name for name in printed if name["name"] == name["registrable_domain"]]
        if len(printed) != int(row[column]):
            print(f"{table.__name__}.csv: {column} is {row[column]}, but {len(printed)} names have "
                  + " ".join(conditions))
        count += 1
    return count


def main():
    report, *files = sys.argv[1:]
    for table in TABLES:
        path = pathlib.Path(report, table.__name__ + ".csv")
        with open(path, newline="", encoding="ascii") as lines:
            cells = sum(check(table, row, files) for row in csv.DictReader(lines))
        print(f"{path.name}: {'cells are looked at' if cells else 'no cell is looked at'}")


if __name__ == "__main__":
    main()

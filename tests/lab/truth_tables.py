#!/usr/bin/env python3
"""Works out from a world's truth table what a report about it must say, and compares.

usage: truth_tables.py [--mode iterate|resolver] TRUTH [REPORT]

Without REPORT (the directory that caareport wrote), prints the tables as JSON. Tables are counts
only; shares follow from them. All is worked out here, apart from the programs, from the same lists
in datasets/. Exit codes: 0 equal, 1 different, 2 unreadable.
"""

import argparse
import collections
import csv
import json
import os
import re
import sys

from compare import ACCEPTED, read_truth

HERE = os.path.dirname(os.path.abspath(__file__))
DATASETS = os.path.join(HERE, "..", "..", "datasets")
IDENTIFIERS = os.path.join(DATASETS, "ca_identifiers.csv")
SUFFIX_LIST = os.path.join(DATASETS, "public_suffix_list.dat")
ISSUE_TAGS = ("issue", "issuewild", "issuemail", "issuevmc")
KNOWN_TAGS = {*ISSUE_TAGS, "iodef", "contactemail", "contactphone", "auth", "path", "policy"}
# Registered without a meaning, so that a critical one denies.
NO_MEANING = {"auth", "path", "policy"}

LABEL = r"[0-9A-Za-z](?:[0-9A-Za-z-]*[0-9A-Za-z])?"
PARAMETER = rf"{LABEL}[ \t]*=[ \t]*[\x21-\x3a\x3c-\x7e]*"
VALUE = re.compile(
    rf"[ \t]*(?P<issuer>{LABEL}(?:\.{LABEL})*)?[ \t]*"
    rf"(?:;[ \t]*(?:{PARAMETER}(?:[ \t]*;[ \t]*{PARAMETER})*)?[ \t]*)?"
)


class Suffixes:
    """The Public Suffix List that the report has built in, by publicsuffix.org's algorithm."""

    def __init__(self):
        self._rules = set()
        with open(SUFFIX_LIST, encoding="utf-8") as file:
            for line in file:
                if line.strip() and not line.startswith("//"):
                    mark = "!" if line.startswith("!") else ""
                    rule = line.split()[0].lstrip("!").encode("idna").decode()
                    self._rules.add(mark + rule)

    def registrable(self, name):
        """The registrable domain of a name; None for a public suffix."""
        labels = [label for label in name.split(".") if label]
        length = 1
        for i in range(len(labels)):
            suffix = ".".join(labels[i:])
            if "!" + suffix in self._rules:
                length = len(labels) - i - 1
                break
            if suffix in self._rules or ".".join(["*"] + labels[i + 1:]) in self._rules:
                length = len(labels) - i
                break
        return ".".join(labels[-length - 1:]) if len(labels) > length else None


def part(truth, suffixes):
    """Where a name has its set from: the exclusive parts of a report."""
    if truth["outcome"] != "found":
        return "none" if truth["outcome"] == "empty" else truth["outcome"]
    aliased = bool(truth["chain"])
    if truth["depth"] == 0:
        return "via_alias" if aliased else "own"
    if aliased:
        return "ancestor_via_alias"
    found_at = truth["found_at"]
    if "." not in found_at:
        return "ancestor_tld"
    registrable = suffixes.registrable(truth["name"])
    if registrable is None or len(found_at) < len(registrable):
        return "ancestor_public_suffix"
    return "ancestor_regdom" if found_at == registrable else "ancestor_intermediate"


def issuer_of(record):
    """Issuer of an issue-type value, folded: "" for nobody, None where the value is malformed."""
    match = VALUE.fullmatch(unescape(record["value"]))
    return None if match is None else (match["issuer"] or "").lower()


def unescape(text):
    """A value as it was, one character per octet."""
    return re.sub(r"\\(\d{3}|\\)", lambda m: m[1] if m[1] == "\\" else chr(int(m[1])), text)


def good(truth):
    """The records of a set whose RDATA could be split, with the tag folded."""
    return [dict(record, tag=record["tag"].lower()) for record in truth["caa"]
            if not record["rdata_error"]]  # fmt: skip


def denied_by_critical(truth):
    """A critical property that is unknown, or that is malformed and readable so far."""
    for record in truth["caa"]:
        if record["rdata_error"]:
            octets = bytes.fromhex(record["rdata"])
            if octets and octets[0] & 0x80:
                return True
        elif record["flags"] & 0x80 and record["tag"].lower() not in KNOWN_TAGS - NO_MEANING:
            return True
    return False


def policy(truth, kind):
    records = good(truth)
    tag = {"issue": "issue", "wild": "issuewild", "mail": "issuemail", "vmc": "issuevmc"}[kind]
    if kind == "wild" and not any(record["tag"] == tag for record in records):
        tag = "issue"
    if denied_by_critical(truth):
        return "deny_all_critical"
    properties = [record for record in records if record["tag"] == tag]
    if not properties:
        return "unrestricted"
    return "allow_list" if any(issuer_of(record) for record in properties) else "deny_all"


def tables(truths, suffixes):
    """The tables by file name; each is {key: count or tuple of counts}."""
    asked = [truth for truth in truths if truth["outcome"] not in ("invalid", "skipped")]
    found = [truth for truth in asked if truth["outcome"] == "found"]
    parts = {truth["row"]: part(truth, suffixes) for truth in truths}
    return {
        "summary": summary(truths, asked, found, parts),
        "adoption_by_rank": by_rank(truths, parts),
        "adoption_by_tld": by_tld(asked, suffixes),
        "tags": tags(found),
        "ca_share": ca_share(found),
        "policy": {kind: dict(collections.Counter(policy(truth, kind) for truth in found))
                   for kind in ("issue", "wild", "mail", "vmc")},
        "climb": count((str(truth["depth"]), parts[truth["row"]]) for truth in found),
        "errors": count(truth["error_class"] for truth in asked if truth["error_class"]),
    }  # fmt: skip


def count(keys):
    return dict(collections.Counter(keys))


def summary(truths, asked, found, parts):
    outcomes = collections.Counter(truth["outcome"] for truth in truths)
    answered = outcomes["found"] + outcomes["empty"]
    made = {
        "records": len(truths), "invalid": outcomes["invalid"], "asked": len(asked),
        "answered": answered, "found": outcomes["found"], "empty": outcomes["empty"],
        "indeterminate": outcomes["indeterminate"],
        "wildcards": sum(truth["wildcard"] for truth in truths),
        "own_level_answered": sum(truth["own"] in ("found", "empty") for truth in asked),
        "caa_records": sum(len(truth["caa"]) for truth in found),
        "malformed_caa_records": sum(bool(record["rdata_error"])
                                     for truth in found for record in truth["caa"]),
    }  # fmt: skip
    for word in ("yes", "no", "unknown"):
        made["exists_" + word] = sum(truth["exists"] == word for truth in asked)
    for word, number in collections.Counter(parts[truth["row"]] for truth in asked).items():
        made["part_" + word] = number
    return made


def by_rank(truths, parts):
    """Buckets: everything, the top 1,000, 10,000, …, and the bands of 4,000 ranks."""
    buckets = collections.defaultdict(collections.Counter)
    highs = [1000]
    while highs[-1] < max(truth["rank"] for truth in truths):
        highs.append(highs[-1] * 10)
    for truth in truths:
        rank, cell = truth["rank"], parts[truth["row"]]
        band = (rank - 1) // 4000
        keys = [("", ""), (str(band * 4000 + 1), str(band * 4000 + 4000))]
        keys += [("1", str(high)) for high in highs if rank <= high]
        for key in keys:
            buckets[key][cell] += 1
    return {key: dict(cells) for key, cells in buckets.items()}


def by_tld(asked, suffixes):
    """Names that are registrable domains, then all names: found, indeterminate, empty."""
    made = collections.defaultdict(lambda: [0] * 6)
    for truth in asked:
        cells = made[truth["name"].rpartition(".")[2]]
        column = ("found", "indeterminate", "empty").index(truth["outcome"])
        cells[column] += suffixes.registrable(truth["name"]) == truth["name"]
        cells[3 + column] += 1
    return {tld: tuple(counts) for tld, counts in made.items()}


def tags(found):
    names, records, critical = (collections.Counter() for _ in range(3))
    for truth in found:
        rows = good(truth)
        records.update(row["tag"] for row in rows)
        names.update({row["tag"] for row in rows})
        critical.update({row["tag"] for row in rows if row["flags"] & 0x80})
    return {tag: (names[tag], records[tag], critical[tag]) for tag in names}


def ca_share(found):
    """(by, property, identifier or operator): names, and names with no other in the set."""
    with open(IDENTIFIERS, newline="", encoding="utf-8") as file:
        operators = {row["identifier"]: row["ca_operator"] for row in csv.DictReader(file)}
    names, alone = collections.Counter(), collections.Counter()
    for truth in found:
        for tag in ISSUE_TAGS:
            issuers = {issuer_of(row) for row in good(truth) if row["tag"] == tag} - {None, ""}
            owners = {operators.get(issuer) for issuer in issuers}
            keys = [("identifier", tag, issuer) for issuer in issuers]
            owner_keys = [("operator", tag, owner) for owner in owners - {None}]
            names.update(keys + owner_keys)
            alone.update(keys if len(keys) == 1 else [])
            alone.update(owner_keys if len(owners) == 1 else [])
    return {key: (names[key], alone[key]) for key in names}


# The report's side.


def read_report(directory):
    """The same tables out of a report's CSV files."""
    def rows(name):
        with open(os.path.join(directory, name + ".csv"), newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def number(row, *keys):
        return tuple(int(row[key]) for key in keys)

    return {
        "summary": {row["metric"]: int(row["count"]) for row in rows("summary")},
        "adoption_by_rank": {(row["bucket_lo"], row["bucket_hi"]): rank_parts(row)
                             for row in rows("adoption_by_rank")},
        "adoption_by_tld": {row["tld"]: (int(row["any"]), int(row["indeterminate"]),
                                         int(row["n_answered"]) - int(row["any"]),
                                         *number(row, "names_any", "names_indeterminate"),
                                         int(row["names_answered"]) - int(row["names_any"]))
                            for row in rows("adoption_by_tld")},
        "tags": {row["tag"]: number(row, "names", "records", "critical_names")
                 for row in rows("tags")},
        "ca_share": {(row["by"], row["property"], row[row["by"]]):
                     number(row, "names", "exclusive_names") for row in rows("ca_share")},
        "policy": {row["kind"]: {key: int(row[key]) for key in
                                 ("unrestricted", "allow_list", "deny_all", "deny_all_critical")
                                 if int(row[key])} for row in rows("policy")},
        "climb": {(row["depth"], row["via"]): int(row["names"]) for row in rows("climb")},
        "errors": {row["class"]: int(row["names"]) for row in rows("errors")},
    }  # fmt: skip


def rank_parts(row):
    columns = {
        "direct": "own", "via_alias": "via_alias",
        "at_ancestor_intermediate": "ancestor_intermediate",
        "at_ancestor_regdom": "ancestor_regdom",
        "at_ancestor_public_suffix": "ancestor_public_suffix", "at_tld": "ancestor_tld",
        "at_ancestor_via_alias": "ancestor_via_alias", "none": "none",
        "indeterminate": "indeterminate", "invalid": "invalid", "skipped": "skipped",
    }  # fmt: skip
    return {word: int(row[column]) for column, word in columns.items() if int(row[column])}


def compare_errors(expected, reported, mode):
    """A resolver shows another class for the same failure: only totals of what may be are known."""
    left = collections.Counter(reported)
    for error_class, number in sorted(expected.items()):
        others = ACCEPTED.get(error_class, set()) if mode == "resolver" else set()
        accepted = [error_class, *sorted(others - {error_class})]
        for other in accepted:
            taken = min(number, left[other])
            left[other] -= taken
            number -= taken
        if number:
            yield f"errors: {number} of class {error_class} are not reported"
    yield from (f"errors: {n} too many of {key}" for key, n in left.items() if n)


def compare(expected, reported, mode):
    """What differs, one line each. The report may have more metrics in its summary."""
    for name, table in expected.items():
        other = reported[name]
        if name == "errors":
            yield from compare_errors(table, other, mode)
            continue
        keys = table.keys() if name == "summary" else table.keys() | other.keys()
        for key in sorted(keys, key=str):
            if table.get(key) != other.get(key):
                yield f"{name} {key}: is {other.get(key)}, should be {table.get(key)}"


def main():
    parser = argparse.ArgumentParser(description="Compares a report with a truth table.")
    parser.add_argument("--mode", choices=("iterate", "resolver"), default="iterate",
                        help="where the scan had its answers from (iterate)")  # fmt: skip
    parser.add_argument("truth")
    parser.add_argument("report", nargs="?")
    options = parser.parse_args()
    try:
        truths = read_truth(options.truth).values()
        expected = tables(list(truths), Suffixes())
        if options.report is None:
            printable = {name: {" ".join(key) if isinstance(key, tuple) else key: value
                                for key, value in table.items()}
                         for name, table in expected.items()}  # fmt: skip
            print(json.dumps(printable, indent=1))
            return 0
        found = list(compare(expected, read_report(options.report), options.mode))
    except (OSError, ValueError, KeyError) as error:
        print(f"truth_tables: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    for line in found[:40]:
        print(line)
    cells = sum(map(len, expected.values()))
    print(f"{len(expected)} tables, {cells} rows: {len(found)} differ")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Compares the records of a scan with the truth table of the world it ran in.

usage: compare.py RECORDS TRUTH [--context] [--unvalidated] [--show N]

RECORDS is a record file (zstd, or plain NDJSON where it ends in .ndjson). Every row of the truth
must have exactly one record, and every record a row. Sets are compared without order. What the
scan's mode can't know is not compared: see as_seen() and the functions below. --context says that a
resolver was asked for zones, name servers and DS, --unvalidated that iteration did not validate. Exit codes: 0 equal, 1 different, 2 unreadable.
"""

import argparse
import collections
import json
import subprocess
import sys

EXACT = ("rank", "name", "wildcard", "outcome", "error_at", "found_at", "depth", "rrset_owner")

# Who iterates sees the zones and their servers too.
EXACT_ITERATING = ("error_class", "error_name", "exists")

# A resolver hides why it failed behind SERVFAIL.
ACCEPTED = {
    "refused": {"refused", "servfail"},
    "dnssec_bogus": {"dnssec_bogus", "servfail"},
    "cname_loop": {"cname_loop", "servfail", "incomplete_chain"},
    "cname_chain_too_long": {"cname_chain_too_long", "servfail", "incomplete_chain"},
}


# Outcomes of a level that was answered: only these keep their aliases.
ANSWERED = {"records", "nodata", "nxdomain"}


def as_seen(truth, unvalidated=False):
    """The truth for a scan that validates, or for one that does not."""
    if unvalidated:
        return {**truth, **truth["unvalidated"], "unchecked": True}
    return truth


def same_class(truth, record, mode):
    return truth == record or mode == "resolver" and record in ACCEPTED.get(truth, ())


def caa_set(records):
    keys = ("flags", "tag", "value", "rdata_error", "rdata")
    return sorted(tuple(str(record[key]) for key in keys) for record in records)


def chain(aliases):
    return [(alias["owner"], alias["kind"], alias["target"]) for alias in aliases]


def same_levels(truths, records, mode):
    return len(truths) == len(records) and all(
        truth["name"] == record["name"]
        and same_class(truth["outcome"], record["outcome"], mode)
        and (truth["outcome"] not in ANSWERED or chain(truth["chain"]) == chain(record["chain"]))
        for truth, record in zip(truths, records)
    )


def same_ad(truth, record):
    """AD is a resolver's word; a failed lookup has none that means anything."""
    if record["mode"] == "resolver":
        return None in (truth["ad"], record["ad"]) or truth["ad"] == record["ad"]
    return record["ad"] is None


def dnssec_due(truth):
    """What iteration must find: of all levels together, or of the zone that failed."""
    if truth["outcome"] == "invalid" or not truth["levels"] or truth.get("unchecked"):
        return "unchecked"
    if truth["outcome"] == "indeterminate":
        return truth["dnssec"]
    return "secure" if all(level["secure"] for level in truth["levels"]) else "insecure"


def same_level_dnssec(truth, record):
    """Failed levels are compared as the row."""
    if truth.get("unchecked"):
        return all(level["dnssec"] == "unchecked" for level in record["levels"])
    return all(level["dnssec"] == ("secure" if due["secure"] else "insecure")
               for due, level in zip(truth["levels"], record["levels"])
               if due["outcome"] in ANSWERED)  # fmt: skip


def same_dnssec(truth, record):
    """In resolver mode AD=1 is `secure`, and all else `unchecked`."""
    if record["mode"] != "resolver":
        return record["dnssec"] == dnssec_due(truth) and same_level_dnssec(truth, record)
    if truth["outcome"] != "found":
        return True
    return record["dnssec"] == ("secure" if truth["dnssec"] == "secure" else "unchecked")


def different_zone(truth, record, keys, above):
    """Which of the keys (zone, servers, DS) differ. A zone that its parent's servers hold too comes
    without a referral: a denial shows its name, NS records beside an answer its servers as well,
    and an answer without them nothing of it. Of the zone of the name (not of the set) servers and
    DS are asked for where they did not show."""
    seen = tuple(record[key] for key in keys)
    possible = [tuple(truth[key] for key in keys)]
    for zone in truth[above]:
        possible.append((zone["zone"], zone["ns"], zone["ds"])[: len(keys)])
    if truth[above] and len(keys) == 2:
        possible.append((truth[keys[0]], []))
    if len(keys) > 2 and truth["ds_hidden"]:
        possible.append((*possible[0][:2], "unknown"))
    if seen in possible:
        return []
    return [key for key, is_now, due in zip(keys, seen, possible[0]) if is_now != due]


NO_CONTEXT = dict(zone=None, ns=[], set_zone=None, set_ns=[], ds="unknown")


def different_context(truth, record, context):
    """The same for a resolver: it tells zones where it is asked for them, and tells nothing or the
    truth where it could not even answer for the name."""
    for key, unknown in NO_CONTEXT.items():
        accepted = [truth[key] if context else unknown]
        if truth["own"] == "indeterminate":
            accepted.append(unknown)
        if record[key] not in accepted:
            yield key


def differences(truth, record, context=False):
    """Names of the keys in which a record is not what the truth says."""
    mode = record["mode"]
    exact = EXACT if mode == "resolver" else EXACT + EXACT_ITERATING
    found = [key for key in exact if truth[key] != record[key]]
    if truth["domain"] != record["input"]:
        found.append("input")
    if mode == "resolver" and not same_class(truth["error_class"], record["error_class"], mode):
        found.append("error_class")
    if chain(truth["chain"]) != chain(record["chain"]):
        found.append("chain")
    if caa_set(truth["caa"]) != caa_set(record["caa"]):
        found.append("caa")
    if truth["own"] != record["own"]:
        found.append("own")
    if mode == "resolver" and truth["exists"] not in ("unknown", record["exists"]):
        found.append("exists")
    if not same_ad(truth, record):
        found.append("ad")
    if not same_dnssec(truth, record):
        found.append("dnssec")
    if not same_levels(truth["levels"], record["levels"], mode):
        found.append("levels")
    if mode == "resolver":
        found += different_context(truth, record, context)
    else:
        found += different_zone(truth, record, ("zone", "ns", "ds"), "zone_above")
        found += different_zone(truth, record, ("set_zone", "set_ns"), "set_zone_above")
    return found


def read_records(path):
    if path.endswith(".ndjson"):
        with open(path, encoding="ascii") as file:
            yield from map(json.loads, file)
        return
    with subprocess.Popen(["zstd", "-dcq", path], stdout=subprocess.PIPE) as unpack:
        yield from map(json.loads, unpack.stdout)
    if unpack.returncode != 0:
        raise OSError(f"zstd can't unpack {path}")


def read_truth(path):
    with open(path, encoding="ascii") as file:
        return {truth["row"]: truth for truth in map(json.loads, file)}


class Comparison:
    def __init__(self, show, context=False, unvalidated=False):
        self.unvalidated = unvalidated
        self.show = show
        self.context = context
        self.shown = 0
        self.counts = collections.Counter()
        self.outcomes = collections.Counter()
        self.rows = collections.Counter()

    def say(self, text):
        self.shown += 1
        if self.shown <= self.show:
            print(text)

    def take(self, record, truths):
        row = record["row"]
        self.rows[row] += 1
        self.outcomes[record["outcome"]] += 1
        if row not in truths:
            self.counts["no such row"] += 1
            self.say(f"row {row} {record['input']!r}: not in the truth")
        elif self.rows[row] > 1:
            self.counts["repeated row"] += 1
            self.say(f"row {row} {record['input']!r}: recorded again")
        else:
            self.weigh(truths[row], record)

    def weigh(self, truth, record):
        truth = as_seen(truth, self.unvalidated)
        found = differences(truth, record, self.context)
        self.counts.update(found)
        for key in found:
            expected = truth["domain"] if key == "input" else truth[key]
            self.say(f"row {truth['row']} {truth['domain']!r} {key}: is {record[key]!r}, "
                     f"should be {expected!r}")  # fmt: skip

    def finish(self, truths):
        for row in truths.keys() - self.rows.keys():
            self.counts["missing row"] += 1
            self.say(f"row {row} {truths[row]['domain']!r}: no record")
        outcomes = ", ".join(f"{self.outcomes[key]} {key}" for key in sorted(self.outcomes))
        print(f"{self.rows.total()} records for {len(truths)} rows: {outcomes or 'none'}")
        if self.counts:
            print("different: " + ", ".join(f"{n} {key}" for key, n in self.counts.most_common()))
        else:
            print("all equal the truth")
        return 1 if self.counts or not truths else 0


def main():
    parser = argparse.ArgumentParser(description="Compares records with a truth table.")
    parser.add_argument("records")
    parser.add_argument("truth")
    parser.add_argument("--show", type=int, default=20, metavar="N", help="how many to list")
    parser.add_argument("--context", action="store_true",
                        help="a resolver was asked for zones too")  # fmt: skip
    parser.add_argument("--unvalidated", action="store_true",
                        help="iteration did not validate")  # fmt: skip
    options = parser.parse_args()
    comparison = Comparison(options.show, options.context, options.unvalidated)
    try:
        truths = read_truth(options.truth)
        for record in read_records(options.records):
            comparison.take(record, truths)
    except (OSError, ValueError, KeyError) as error:
        print(f"compare: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    return comparison.finish(truths)


if __name__ == "__main__":
    sys.exit(main())

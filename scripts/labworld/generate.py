"""Makes a world directory out of a list. Run as a program of its own by scripts/lab."""

import argparse
import csv
import os
import re
import shutil
import sys

from . import builder, caamix, export, faults, hostile, scenarios

NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+")

# Special-use names that resolvers answer themselves (RFC 6761, 7686).
LOCAL_TLDS = {"onion", "localhost", "local", "test", "invalid", "example", "internal", "alt"}


def read_names(path, count):
    """The first `count` names of a list, as `rank,domain` or one name a line."""
    names = {}
    with open(path, newline="", encoding="utf-8") as file:
        for fields in csv.reader(file):
            name = fields[-1].strip().rstrip(".").lower() if fields else ""
            tld = name.rpartition(".")[2]
            if NAME.fullmatch(name) and not tld.isdigit() and tld not in LOCAL_TLDS:
                names[name] = True
            if len(names) == count:
                break
    return list(names)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--list")
    source.add_argument("--scenarios")
    source.add_argument("--faults")
    parser.add_argument("--names", type=int, required=True)
    parser.add_argument("--hostile", type=int, default=0)
    parser.add_argument("--seed", required=True)
    parser.add_argument("--identifiers", required=True)
    parser.add_argument("--hints", required=True)
    parser.add_argument("--into", required=True)
    options = parser.parse_args()
    names = read_names(options.list, options.names) if options.list else []
    if options.list and not names:
        sys.exit(f"lab: no names in {options.list!r}")
    with open(options.hints, encoding="ascii") as file:
        hints_text = file.read()
    identifiers = caamix.read_identifiers(options.identifiers)
    made = builder.Builder(names, options.seed, identifiers, hints_text)
    if options.scenarios:
        made.scenarios = [s for s in scenarios.read(options.scenarios) if scenarios.servable(s)]
    if options.faults:
        made.faulty = faults.read(options.faults)
    made.hostile_count = options.hostile
    world, rows = made.build()
    export.write(options.into, world, rows, options.seed, {"names": len(names)}, hints_text)
    if options.faults:
        shutil.copyfile(options.faults, os.path.join(options.into, "faults.jsonl"))
    if options.hostile:
        hostile.write(os.path.join(options.into, "hostile.jsonl"), made.hostile_sites)


if __name__ == "__main__":
    main()

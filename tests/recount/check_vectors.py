#!/usr/bin/env python3
"""Holds the lints and the policies of values.py against the sets of vectors.jsonl.

usage: check_vectors.py VECTORS
"""
import json
import sys

import values

# By the table of identifiers, which the vectors leave out.
BY_TABLE = {"unknown_issuer", "issuer_typo", "defunct_issuer"}


def escaped(octets):
    return "".join(chr(o) if 0x20 <= o < 0x7f and o != 0x5c else "\\\\" if o == 0x5c
                   else f"\\{o:03}" for o in octets)


def record_of(item, expected):
    if expected["rdata_error"]:
        return {"rdata_error": expected["rdata_error"], "rdata": item["rdata_hex"],
                "flags": None, "tag": None, "value": None}
    return {"rdata_error": None, "rdata": None, "flags": item["flags"],
            "tag": bytes.fromhex(item["tag_hex"]).decode(),
            "value": escaped(bytes.fromhex(item["value_hex"]))}


def differences(vector):
    expected = vector["expect"]
    records = [record_of(*pair) for pair in zip(vector["rrset"], expected["records"])]
    lints = values.set_lints(records).union(*map(values.record_lints, records)) - BY_TABLE
    if lints != set(expected["lints"]):
        yield f"lints {sorted(lints)}, expected {expected['lints']}"
    for kind, word in expected["policy"].items():
        if values.policy(records, kind) != word:
            yield f"{kind}: {values.policy(records, kind)}, expected {word}"


def main():
    wrong = count = 0
    with open(sys.argv[1], encoding="ascii") as file:
        for count, line in enumerate(file, 1):
            vector = json.loads(line)
            for text in differences(vector):
                print(f"{vector['id']}: {text}")
                wrong += 1
    print(f"{count} sets, {wrong} differences")
    sys.exit(1 if wrong or not count else 0)


if __name__ == "__main__":
    main()

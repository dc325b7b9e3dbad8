#!/usr/bin/env python3
"""Asks a lab's resolver about rows of its truth table, level by level, and compares: rcode, alias
chain, CAA set, and whether the answer is authenticated. Run inside the lab.

usage: ask_world.py [ROWS]    every row, or an even sample of about ROWS
"""

import concurrent.futures
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts"))
sys.dont_write_bytecode = True

from labworld import client, dns  # noqa: E402

NXDOMAIN, SERVFAIL = 3, 2
SHOWN = 20


def chain_of(reply, qname):
    """Targets of the aliases in the answer section, in order from qname."""
    targets = {owner: target for owner, code, target in reply.answer if code == dns.TYPES["CNAME"]}
    chain = []
    while qname in targets and len(chain) < len(targets):
        qname = targets[qname]
        chain.append(qname)
    return chain


def rdata_of(row):
    if row["rdata_error"]:
        return row["rdata"]
    return dns.caa_rdata(row["flags"], unescape(row["tag"]), unescape(row["value"])).hex()


def unescape(text):
    octets, rest = bytearray(), text
    while rest:
        if rest.startswith("\\\\"):
            octets.append(0x5C)
            rest = rest[2:]
        elif rest[0] == "\\":
            octets.append(int(rest[1:4]))
            rest = rest[4:]
        else:
            octets.append(ord(rest[0]))
            rest = rest[1:]
    return bytes(octets)


def check_level(resolver, truth, level):
    """What differs at one level; None where nothing does."""
    reply = client.ask(resolver, level["name"], "CAA", timeout=10)
    sets = sorted(data.hex() for _, code, data in reply.answer if code == dns.TYPES["CAA"])
    if level["outcome"] not in ("records", "nodata", "nxdomain"):
        return None if reply.rcode == SERVFAIL or not sets else f"rcode {reply.rcode}, {sets}"
    expected_rcode = NXDOMAIN if level["outcome"] == "nxdomain" else 0
    if reply.rcode != expected_rcode:
        return f"rcode {reply.rcode}"
    chain = chain_of(reply, level["name"])
    if chain != [alias["target"] for alias in level["chain"]]:
        return f"chain {chain}"
    expected_set = sorted(map(rdata_of, truth["caa"])) if level["outcome"] == "records" else []
    if sets != expected_set:
        return f"CAA {sets}"
    if reply.ad != level["secure"]:
        return f"AD {reply.ad}"
    return None


def check_row(resolver, truth):
    for level in truth["levels"]:
        try:
            difference = check_level(resolver, truth, level)
        except OSError as error:
            difference = f"no reply ({error})"
        if difference:
            return f"row {truth['row']} {truth['domain']}: {level} but {difference}"
    return None


def main():
    with open(os.environ["LAB_TRUTH"], encoding="ascii") as file:
        truths = [json.loads(line) for line in file]
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else len(truths)
    sample = truths[:: max(1, len(truths) // wanted)]
    resolvers = os.environ["LAB_RESOLVERS"].split(",")
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        servers = (resolvers[i % len(resolvers)] for i in range(len(sample)))
        differences = [text for text in pool.map(check_row, servers, sample) if text]
    for text in differences[:SHOWN]:
        print(text)
    asked = sum(len(truth["levels"]) for truth in sample)
    secure = sum(level["secure"] for truth in sample for level in truth["levels"])
    print(f"{len(sample)} rows, {asked} questions, {secure} secure: {len(differences)} differ")
    return 1 if differences or not asked or not secure else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Makes a record file from short descriptions of rows, one JSON object a line on standard input.

    {"name": "www.example.com", "rank": 7, "depth": 1, "set": [[0, "issue", "ca.example"]]}
    {"name": "example.org"}                        nothing found
    {"name": "example.net", "error": "timeout"}    a lookup failed
    {"name": null}                                 an invalid row

A set makes the row `found`, at `depth` labels above the name; `alias` is the owner of the set where
it was reached by a CNAME. A set's item of two, [error, hex], is malformed RDATA. All other keys are
those of the schema and replace what would stand there.
"""
import argparse
import json
import struct
import subprocess
import sys

PZSTD_MAGIC = 0x184D2A50
METADATA_MAGIC = 0x184D2A51

KEYS = """v scan mode vantage row prefix pass rank input extra name wildcard outcome error_class
error_at error_name exists own found_at depth rrset_owner chain caa zone ns set_zone set_ns levels
notes control alt dnssec ds ad queries retries duration timestamp""".split()


def property_of(item):
    if len(item) == 2:
        return {"flags": None, "tag": None, "value": None, "ttl": None, "rdata_error": item[0],
                "rdata": item[1]}
    flags, tag, value = item
    return {"flags": flags, "tag": tag, "value": value, "ttl": 300, "rdata_error": None,
            "rdata": None}


def level_of(name, outcome):
    return {"name": name, "outcome": outcome, "rcode": 0, "chain": [], "source": "asked", "age": 0,
            "server": "192.0.2.53", "protocol": "udp", "rtt": 0.0005, "attempts": 1, "ad": False,
            "ede": [], "dnssec": "unchecked", "tried": []}


def found(name, depth, items, alias):
    at = name.split(".", depth)[-1] if depth else name
    chain = [{"owner": at, "kind": "CNAME", "target": alias, "ttl": 60}] if alias else []
    return {"outcome": "found", "own": "empty" if depth else "found", "found_at": at,
            "depth": depth, "rrset_owner": alias or at, "chain": chain,
            "caa": [property_of(item) for item in items]}


def verdict_of(row, name):
    items = row.pop("set", None)
    depth = row.pop("depth", 0)
    alias = row.pop("alias", None)
    error = row.pop("error", None)
    if name is None:
        return {"outcome": "invalid", "own": "invalid", "error_class": "qname_invalid",
                "exists": "unknown"}
    if items is not None:
        return found(name, depth, items, alias)
    if error is not None:
        return {"outcome": "indeterminate", "own": "indeterminate", "error_class": error,
                "error_at": name, "error_name": name, "exists": "unknown"}
    return {"outcome": "empty", "own": "empty"}


def record_of(row, number, scan):
    name = row.get("name")
    record = dict.fromkeys(KEYS)
    record |= {
        "v": 1, "scan": scan, "mode": "resolver", "vantage": "lab", "row": number, "prefix": "",
        "pass": 1, "input": name or "", "extra": [], "wildcard": False, "exists": "yes",
        "chain": [], "caa": [], "ns": [], "set_ns": [], "levels": [], "notes": [], "control": [],
        "dnssec": "unchecked", "ds": "unknown", "ad": False, "queries": 1, "retries": 0,
        "duration": 0.001250, "timestamp": "2026-03-01T12:00:00.000Z",
    }
    if name is not None:
        record["levels"] = [level_of(name, "nodata")]
    record |= verdict_of(row, name)
    record |= row
    return record


def line_of(record):
    text = json.dumps(record, separators=(",", ":"))
    return text.replace(f'"duration":{record["duration"]}',
                        f'"duration":{record["duration"]:.6f}').encode() + b"\n"


def announced(frame):
    return struct.pack("<III", PZSTD_MAGIC, 4, len(frame)) + frame


def metadata_frame(metadata):
    octets = json.dumps(metadata).encode()
    return struct.pack("<II", METADATA_MAGIC, len(octets)) + octets


def zstd_frame(octets):
    return subprocess.run(["zstd", "-1", "-q", "--check", f"--stream-size={len(octets)}"],
                          input=octets, capture_output=True, check=True).stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output")
    parser.add_argument("--scan", default="lab-2026")
    parser.add_argument("--list", default="lists/top.csv", help="the list named in the metadata")
    parser.add_argument("--rows", type=int, help="length of the list, for the metadata")
    parser.add_argument("--shard", help="K/N, for the metadata; rows are numbered accordingly")
    parser.add_argument("--first-row", type=int, default=1, help="number of the first row")
    parser.add_argument("--schema", default="caascan/1", help="the schema named in the metadata")
    parser.add_argument("--semantics", help="algorithms named in the metadata, with commas")
    parser.add_argument("--argv", help="the words of the scan in the metadata, with blanks")
    parser.add_argument("--rows-per-frame", type=int, default=3)
    parser.add_argument("--plain", action="store_true", help="write lines without compression")
    arguments = parser.parse_args()

    rows = [json.loads(line) for line in sys.stdin if line.strip()]
    step = 1
    if arguments.shard:
        shard, step = (int(word) for word in arguments.shard.split("/"))
        arguments.first_row = shard + 1
    lines = [line_of(record_of(row, arguments.first_row + at * step, arguments.scan))
             for at, row in enumerate(rows)]
    with open(arguments.output, "wb") as output:
        if arguments.plain:
            output.write(b"".join(lines))
            return
        metadata = {"schema": arguments.schema, "scan": arguments.scan,
                    "input": {"path": arguments.list}}
        if arguments.rows:
            metadata["input"]["rows"] = arguments.rows
        if arguments.shard:
            metadata["shard"] = arguments.shard
        if arguments.semantics:
            metadata["semantics"] = arguments.semantics.split(",")
        if arguments.argv:
            metadata["argv"] = arguments.argv.split()
        output.write(announced(metadata_frame(metadata)))
        count = arguments.rows_per_frame
        for at in range(0, len(lines), count):
            output.write(announced(zstd_frame(b"".join(lines[at:at + count]))))


if __name__ == "__main__":
    main()

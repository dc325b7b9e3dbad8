"""Records of a file as scans: what every table needs to know of a record."""
import collections
import json
import subprocess
import struct

import domains
import values

FOUND_PARTS = ("own", "via_alias", "ancestor_intermediate", "ancestor_regdom",
               "ancestor_public_suffix", "ancestor_tld", "ancestor_via_alias")
PARTS = FOUND_PARTS + ("none", "indeterminate")


class Row:
    """A record with what follows from it."""

    def __init__(self, record):
        self.record = record
        self.outcome = record["outcome"]
        self.asked = self.outcome in ("found", "empty", "indeterminate")
        self.found = self.outcome == "found"
        self.name = record["name"]
        self.caa = record["caa"] if self.found else []
        self.registrable = domains.registrable(self.name) if self.asked else None
        self.tld = self.name.rpartition(".")[2] if self.asked else None
        self.operator = domains.operator_of(tuple(record["ns"]))
        self.part = self.part_of() if self.asked else self.outcome

    def part_of(self):
        record = self.record
        if not self.found:
            return "none" if self.outcome == "empty" else "indeterminate"
        aliased = record["rrset_owner"] != record["found_at"]
        if record["depth"] == 0:
            return "via_alias" if aliased else "own"
        if aliased:
            return "ancestor_via_alias"
        at = record["found_at"]
        if "." not in at:
            return "ancestor_tld"
        if self.registrable is None or len(at) < len(self.registrable):
            return "ancestor_public_suffix"
        return "ancestor_regdom" if at == self.registrable else "ancestor_intermediate"

    def values(self, tag):
        return values.values_with(self.caa, tag)

    def has(self, tag):
        return any(r["rdata_error"] is None and r["tag"].lower() == tag for r in self.caa)

    def identifiers(self, tag):
        """The identifiers that a property names, in lower case."""
        return {values.issuer(value) for value in self.values(tag)} - {""}


class Scan:
    """The rows of one scan, mode, vantage and prefix."""

    def __init__(self, key, rows, metadata):
        self.scan, self.mode, self.vantage, self.prefix = key
        self.rows = rows
        self.metadata = metadata
        self.asked = [row for row in rows if row.asked]
        self.found = [row for row in rows if row.found]
        self.count = collections.Counter(row.outcome for row in rows)
        self.answered = self.count["found"] + self.count["empty"]
        self.first = min(row.record["timestamp"] for row in rows)
        self.date = self.first[:10]

    def list_name(self):
        path = (self.metadata.get("input") or {}).get("path")
        return path.rpartition("/")[2] if path else ""


def metadata_of(path):
    """The metadata in the head of a file, {} where it has none."""
    with open(path, "rb") as file:
        head = file.read(20)
        if head[:4] != b"\x50\x2a\x4d\x18" or head[12:16] != b"\x51\x2a\x4d\x18":
            return {}
        return json.loads(file.read(struct.unpack("<I", head[16:20])[0]))


def read(paths):
    """The scans of record files, by key."""
    rows, metadata = collections.defaultdict(list), {}
    for path in paths:
        head = metadata_of(path)
        command = ["zstdcat", "-f", path]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as lines:
            for line in lines.stdout:
                record = json.loads(line)
                key = tuple(record[k] for k in ("scan", "mode", "vantage", "prefix"))
                rows[key].append(Row(record))
                metadata.setdefault(record["scan"], head)
    return [Scan(key, each, metadata[key[0]]) for key, each in sorted(rows.items())]

"""Small worlds that others described, as worlds of this model: the rows of resolution.jsonl.

Each row has zones, a question and the answer that RFC 8659 asks for. Rows in which servers
misbehave, or whose zones a good server refuses, are left out.
"""

import json
import re

from . import dns, topology
from .model import World, Zone

CAA_TEXT = re.compile(r'(\d+) (\S+) (?:"((?:[^"\\]|\\.)*)"|(\S+))')


def read(path):
    with open(path, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [row for row in rows if row["type"] == "resolution" and behaves(row)]


def behaves(row):
    return not row["behaviors"] and not {"ds_override", "s2_zones"} & row.keys()


def servable(row):
    """Can real servers hold the zones, and a real resolver follow the aliases to their end?"""
    zones = make(row).zones.values()
    clean = all(not ("CNAME" in node and (len(node) > 1 or len(node["CNAME"]) > 1))
                for zone in zones for node in zone.nodes.values())  # fmt: skip
    return clean and "resolver_limit" not in row and not row["contested"]


def question(row):
    """The name asked; None where the row's name is none."""
    invalid = row["expect"]["rfc8659"]["outcome"] == "invalid"
    return None if invalid else relative(row["query"]["name"])


def relative(name):
    return name.rstrip(".").lower() or "."


def unescape(text):
    return re.sub(r"\\(.)", r"\1", text)


def rdata(rtype, text):
    if rtype != "CAA":
        return relative(text) if rtype in ("CNAME", "DNAME", "NS") else text
    flags, tag, quoted, plain = CAA_TEXT.fullmatch(text).groups()
    return dns.caa_rdata(int(flags), tag, unescape(quoted) if quoted is not None else plain)


def expand(zone):
    """The records of a zone; a `generated` one stands for `count` of them."""
    generated = zone.get("generated", [])
    for record in zone["records"] + (generated if isinstance(generated, list) else [generated]):
        first = record.get("first", 0)
        for i in range(first, first + record.get("count", 1)):
            yield (relative(record["name"].replace("{i}", str(i))), record["type"],
                   record["rdata"].replace("{i}", str(i)))  # fmt: skip


def fill(world, row, make_zone):
    """Adds the zones of a row to a world; make_zone(origin, number) gives an empty one."""
    for number, described in enumerate(row["zones"]):
        origin = relative(described["origin"])
        zone = world.zones.get(origin)
        if zone is None:
            zone = make_zone(origin, number)
            zone.signed = zone.has_ds = described["signed"]
        for owner, rtype, text in expand(described):
            zone.add(owner, rtype, rdata(rtype, text))


def make(row):
    """A world of this row alone, without servers."""
    world = World()
    world.add_zone(Zone(".", topology.ROOT)).signed = True
    fill(world, row, lambda origin, _: world.add_zone(Zone(origin, "any")))
    return world

"""Writes a world into a directory: zone files, the list, the truth table, hints and trust anchor.

    world.json      what the world was made from, and which zones each group of servers holds
    list.csv        rank,domain: the list to survey
    truth.ndjson    one object per row of the list, but for those with servers that misbehave
    faults.jsonl    the scenarios of those rows, where there are any
    hostile.jsonl   the hostile zones and their rows, where there are any
    root.hints      the root servers
    root.key        the trust anchor, as DNSKEY and DS are written in zone files
    zones/GROUP/    one file per zone
"""

import csv
import json
import multiprocessing
import os

from . import dns, model, signer, topology

_shared = {}  # what forked writers need: no copy is made


def write(directory, world, rows, seed, about, hints_text):
    os.makedirs(directory, exist_ok=True)
    write_zones(directory, world, seed)
    write_list(os.path.join(directory, "list.csv"), rows)
    write_truth(os.path.join(directory, "truth.ndjson"), world, rows)
    with open(os.path.join(directory, "root.hints"), "w", encoding="ascii") as file:
        file.write(hints_text)
    root = zone_key(seed, world.zones["."])
    with open(os.path.join(directory, "root.key"), "w", encoding="ascii") as file:
        file.write(f". 172800 IN DNSKEY {dnskey_text(root.rdata)}\n")
    summary = dict(about, seed=seed, rows=len(rows), zones=zone_lists(world))
    with open(os.path.join(directory, "world.json"), "w", encoding="utf-8") as file:
        json.dump(summary, file, indent=1)


def zone_lists(world):
    """Zones by group. A refused zone is delegated to servers that do not have it."""
    lists = {}
    for zone in world.zones.values():
        if zone.fault != "refused":
            lists.setdefault(zone.server, []).append(zone.origin)
    return lists


def file_name(origin):
    return "root.zone" if origin == "." else origin + ".zone"


def write_list(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("rank", "domain"))
        writer.writerows((row.rank, row.text) for row in rows)


def write_truth(path, world, rows):
    with open(path, "w", encoding="ascii") as file:
        for number, row in enumerate(rows, 1):
            if not row.known:
                continue
            text = dns.escape(row.text.encode())
            truth = dict(row=number, rank=row.rank, domain=text, wildcard=text.startswith("*."))
            truth.update(model.verdict(world, row.name))
            file.write(json.dumps(truth, separators=(",", ":")) + "\n")


def write_zones(directory, world, seed):
    zones = [zone for zone in world.zones.values() if zone.fault != "refused"]
    for key in {zone.server for zone in zones}:
        os.makedirs(os.path.join(directory, "zones", key), exist_ok=True)
    _shared.update(directory=directory, world=world, seed=seed, zones=zones)
    # Large zones first, so that no worker ends with one.
    order = sorted(range(len(zones)), key=lambda i: (-len(zones[i].nodes), i))
    with multiprocessing.get_context("fork").Pool() as pool:
        pool.map(_write_zone, order, chunksize=64 if len(order) > 2000 else 8)
    _shared.clear()


def _write_zone(index):
    zone = _shared["zones"][index]
    text = zone_text(_shared["world"], zone, _shared["seed"])
    path = os.path.join(_shared["directory"], "zones", zone.server, file_name(zone.origin))
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def zone_key(seed, zone):
    registry = zone.server in (topology.ROOT, topology.REGISTRY)
    return signer.Key(seed, zone.origin, signer.RSASHA256 if registry else signer.ED25519)


def zone_text(world, zone, seed):
    """The zone as a text file: SOA first, signed where the zone is."""
    nodes = dict(zone.nodes)
    add_ds(world, zone, nodes, seed)
    key = None
    if zone.signed:
        key = zone_key(seed, zone)
        nodes[zone.origin] = dict(nodes[zone.origin], DNSKEY=[key.rdata])
    lines = [f"$TTL {zone.ttl}"]
    for owner, node in nodes.items():
        for rtype, values in node.items():
            lines += (record_text(owner, zone.ttl, rtype, value) for value in values)
    if key:
        lines += signature_lines(zone, nodes, key)
    return "\n".join(lines) + "\n"


def add_ds(world, zone, nodes, seed):
    """DS for signed children. A broken child's DS matches no key."""
    if not zone.signed:
        return
    for owner, node in zone.nodes.items():
        child = world.zones.get(owner)
        if "NS" in node and child is not None and child is not zone and child.has_ds:
            ds = zone_key(seed, child).ds()
            if child.fault == "dnssec_bogus":
                ds = ds[:-1] + bytes((ds[-1] ^ 0xFF,))
            nodes[owner] = dict(node, DS=[ds])


def signature_lines(zone, nodes, key):
    """NSEC and RRSIG records of a zone (RFC 4034, 4035 section 2)."""
    cuts = {owner for owner, node in nodes.items() if "NS" in node and owner != zone.origin}
    owners = [owner for owner in nodes if not any(up in cuts for up in dns.ancestors(owner))]
    owners.sort(key=dns.canonical_key)
    lines = []
    for owner, following in zip(owners, owners[1:] + owners[:1]):
        signed = {rtype: values for rtype, values in nodes[owner].items()
                  if owner not in cuts or rtype == "DS"}  # fmt: skip
        for rtype, values in signed.items():
            lines.append(rrsig_line(key, owner, rtype, zone.ttl, values))
        rtypes = set(signed) | {"NSEC", "RRSIG"} | ({"NS"} if owner in cuts else set())
        text = signer.nsec_text(following, rtypes)
        lines.append(f"{dns.absolute(owner)} {zone.ttl} IN NSEC {text}")
        rdata = signer.nsec_rdata(following, rtypes)
        lines.append(rrsig_line(key, owner, "NSEC", zone.ttl, [rdata]))
    return lines


def rrsig_line(key, owner, rtype, ttl, values):
    text = signer.rrsig_text(key, owner, rtype, ttl, values)
    return f"{dns.absolute(owner)} {ttl} IN RRSIG {text}"


def record_text(owner, ttl, rtype, value):
    if rtype == "DNSKEY":
        text = dnskey_text(value)
    elif rtype == "DS":
        tag = int.from_bytes(value[:2], "big")
        text = f"{tag} {value[2]} {value[3]} {value[4:].hex()}"
    else:
        text = dns.text_rdata(rtype, value)
    return f"{dns.absolute(owner)} {ttl} IN {rtype} {text}"


def dnskey_text(rdata):
    flags = int.from_bytes(rdata[:2], "big")
    return f"{flags} {rdata[2]} {rdata[3]} {signer.base64_text(rdata[4:])}"

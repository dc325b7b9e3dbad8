#!/usr/bin/env python3
"""Scans zones that Knot has signed, by the algorithms and with the denials that are in use, and
compares each level with what Unbound says of it. Run inside a lab, beside its servers.

usage: signed_by_knot.py CAASCAN

The lab's own zones are signed by its Python, with Ed25519, RSA/SHA-256 and NSEC alone; here neither
signer nor validator is of this project. Exit codes: 0 equal, 1 different, 2 no scan.
"""

import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "scripts"))
sys.dont_write_bytecode = True

import compare  # noqa: E402
from labworld import client  # noqa: E402

ROOT, HOST, RESOLVER = "203.0.113.1", "203.0.113.2", "203.0.113.3"
ROOT_NS, HOST_NS = "a.servers.host", "b.servers.host"
PATIENCE_S = 60

POLICIES = {
    "root": "algorithm: rsasha256",
    "optout": "algorithm: ecdsap256sha256\n    nsec3: on\n    nsec3-opt-out: on\n"
              "    nsec3-iterations: 5\n    nsec3-salt-length: 8",
    "p256": "algorithm: ecdsap256sha256",
    "p256n3": "algorithm: ecdsap256sha256\n    nsec3: on\n    nsec3-iterations: 0\n"
              "    nsec3-salt-length: 0",
    "p384": "algorithm: ecdsap384sha384\n    nsec3: on\n    single-type-signing: on",
    "rsa512": "algorithm: rsasha512\n    nsec3: on\n    nsec3-iterations: 100",
    "rsasha1": "algorithm: rsasha1-nsec3-sha1\n    nsec3: on",
    "ed448": "algorithm: ed448",
}  # fmt: skip
# Policy by zone; None: not signed. A zone's parent is the closest one above.
ZONES = {
    ".": "root", "host.": "p256", "out.": "optout", "p256.out.": "p256", "n3.out.": "p256n3",
    "p384.out.": "p384", "rsa.out.": "rsa512", "sha1.out.": "rsasha1", "plain.out.": None,
    "ed448.host.": "ed448", "sub.ed448.host.": "p256n3", "un.ed448.host.": None,
}  # fmt: skip
LEAVES = [zone for zone in ZONES if zone not in (".", "host.", "out.")]
RECORDS = """@ CAA 0 issue "apex.example"
set CAA 0 issue "set.example"
www A 192.0.2.1
a.ent A 192.0.2.1
*.wild CAA 0 issue "wild.example"
*.none A 192.0.2.1
*.alias CNAME set
al CNAME set
far CNAME set.p384.out.
gone CNAME nowhere
dn DNAME below
set.below CAA 0 issue "below.example"
"""
NAMES = ["", "set.", "www.", "ent.", "no.", "no.no.", "x.wild.", "x.y.wild.", "x.none.",
         "x.alias.", "al.", "far.", "gone.", "dn.", "set.dn.", "no.dn."]  # fmt: skip


def parent_of(zone):
    above = zone.partition(".")[2] or "."
    return above if above in ZONES else parent_of(above)


def file_of(zone):
    return "root.zone" if zone == "." else zone + "zone"


def server_of(zone):
    return ROOT_NS if zone == "." else HOST_NS


def zone_text(zone, serial, ds):
    lines = [f"$ORIGIN {zone}", "$TTL 3600", f"@ SOA {ROOT_NS}. h. {serial} 3600 600 86400 600",
             f"@ NS {server_of(zone)}."]  # fmt: skip
    if zone in (".", "host."):
        lines += [f"{ROOT_NS}. A {ROOT}", f"{HOST_NS}. A {HOST}"]
    children = [below for below in ZONES if below != "." and parent_of(below) == zone]
    lines += [f"{below} NS {HOST_NS}." for below in children]
    lines += [ds[below] for below in children if below in ds]
    return "\n".join(lines) + "\n" + (RECORDS if zone in LEAVES else "")


def knot_conf(home):
    lines = [f'server:\n    rundir: "{home}"\n    listen: [{ROOT}@53, {HOST}@53]',
             f'database:\n    storage: "{home}"', "policy:"]  # fmt: skip
    lines += [f"  - id: {key}\n    {text}" for key, text in POLICIES.items()]
    lines += [f'template:\n  - id: default\n    storage: "{home}"\n    zonefile-sync: -1\n'
              "    zonefile-load: whole\n    journal-content: none\nzone:"]  # fmt: skip
    for zone, policy in ZONES.items():
        lines.append(f"  - domain: {zone}\n    file: {file_of(zone)}")
        if policy:
            lines.append(f"    dnssec-signing: on\n    dnssec-policy: {policy}")
    return "\n".join(lines) + "\n"


def unbound_conf(home):
    return (f'server:\n  directory: "{home}"\n  username: ""\n  chroot: ""\n  pidfile: ""\n'
            f"  interface: {RESOLVER}\n  do-ip6: no\n  do-not-query-localhost: no\n"
            "  access-control: 0.0.0.0/0 allow\n  root-hints: root.hints\n"
            '  trust-anchor-file: root.ds\n  module-config: "validator iterator"\n')  # fmt: skip


def write(home, name, text):
    with open(os.path.join(home, name), "w", encoding="ascii") as file:
        file.write(text)


def start(command, home):
    path = os.path.join(home, os.path.basename(command[0]) + ".log")
    with open(path, "w", encoding="utf-8") as log:
        return subprocess.Popen(command, cwd=home, stdout=log, stderr=log)


def wait_for(what, ready):
    deadline = time.monotonic() + PATIENCE_S
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.1)


def answers(address, name, rtype):
    try:
        reply = client.ask(address, name, rtype, timeout=1, recurse=address == RESOLVER)
    except OSError:
        return False
    return reply.rcode == 0 and bool(reply.answer)


def run(home, *command):
    return subprocess.run(command, cwd=home, check=True, capture_output=True, text=True).stdout


def sign_all(home):
    """Signs each zone, and again with the DS of those below. Leaves the root's DS as the anchor."""
    signed = [zone for zone in ZONES if ZONES[zone]]
    wait_for("keys", lambda: all(answers(ROOT, zone.rstrip(".") or ".", "DNSKEY")
                                 for zone in signed))  # fmt: skip
    ds = {zone: run(home, "/usr/sbin/keymgr", "-c", "knot.conf", zone, "ds") for zone in signed}
    for zone in ZONES:
        write(home, file_of(zone), zone_text(zone, 2, ds))
    run(home, "/usr/sbin/knotc", "-c", "knot.conf", "-b", "-t", str(PATIENCE_S), "zone-reload")
    write(home, "root.ds", ds["."])


def scan(caascan, home):
    names = [name + zone.rstrip(".") for zone in LEAVES for name in NAMES]
    write(home, "names", "\n".join(names) + "\n")
    run(home, caascan, "-i", "names", "-o", "out.zst", "--root-hints", "root.hints",
        "--trust-anchor", "root.ds", "--quiet")  # fmt: skip
    return list(compare.read_records(os.path.join(home, "out.zst")))


def judge(record):
    """What the resolver says otherwise of the record's first level; None where nothing."""
    level = record["levels"][0]
    reply = client.ask(RESOLVER, level["name"], "CAA", timeout=10)
    if level["outcome"] not in ("records", "nodata", "nxdomain"):
        return f"{level['outcome']} {level['ede']}, the resolver has rcode {reply.rcode}"
    if (level["outcome"] == "nxdomain") != (reply.rcode == 3):
        return f"{level['outcome']}, the resolver has rcode {reply.rcode}"
    if level["dnssec"] not in ("secure", "insecure") or (level["dnssec"] == "secure") != reply.ad:
        return f"{level['dnssec']}, the resolver has AD {reply.ad}"
    return None


def compare_all(caascan, home):
    for name, text in (("knot.conf", knot_conf(home)), ("unbound.conf", unbound_conf(home)),
                       ("root.hints", f". NS {ROOT_NS}.\n{ROOT_NS}. A {ROOT}\n")):  # fmt: skip
        write(home, name, text)
    for zone in ZONES:
        write(home, file_of(zone), zone_text(zone, 1, {}))
    servers = [start(["/usr/sbin/knotd", "-c", "knot.conf"], home)]
    try:
        sign_all(home)
        servers.append(start(["/usr/sbin/unbound", "-d", "-c", "unbound.conf"], home))
        wait_for("resolver", lambda: answers(RESOLVER, "set.p384.out", "CAA"))
        records = scan(caascan, home)
        different = {record["name"]: why for record in records if (why := judge(record))}
    finally:
        for server in servers:
            server.terminate()
            server.wait()
    secure = sum(record["levels"][0]["dnssec"] == "secure" for record in records)
    for name, why in different.items():
        print(f"{name}: {why}")
    print(f"{len(records)} names, {secure} secure: {len(different)} differ")
    due = len(LEAVES) * len(NAMES)
    return 1 if different or len(records) != due or secure < due // 2 else 0


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    for address in (ROOT, HOST, RESOLVER):
        subprocess.run(["ip", "addr", "add", f"{address}/32", "dev", "lo"], check=True)
    with tempfile.TemporaryDirectory() as home:
        try:
            return compare_all(os.path.abspath(sys.argv[1]), home)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"signed_by_knot: {error} {getattr(error, 'stderr', '')}", file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main())
